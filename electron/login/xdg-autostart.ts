import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../src/config/write-file.ts'
import type { Host } from '../host.ts'

/** Where a desktop of Linux looks for programs to start at login (freedesktop.org, "Desktop Application Autostart"). */
export function autostartFile({ env, homeDir }: Pick<Host, 'env' | 'homeDir'>): string {
  const config = env['XDG_CONFIG_HOME']
  return join(
    config === undefined || config === '' ? join(homeDir, '.config') : config,
    'autostart',
    'signpost.desktop',
  )
}

/** Writes or removes the entry. `command` is the program and its words. */
export async function setAutostart(file: string, command: readonly string[] | null): Promise<void> {
  if (command === null) return await rm(file, { force: true })
  await mkdir(dirname(file), { recursive: true })
  await replaceFile(file, desktopEntry(command))
}

export function desktopEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Signpost',
    'Comment=Identity server for Matrix',
    `Exec=${command.map(quote).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/**
 * freedesktop.org, "Desktop Entry", the Exec key: an argument in double quotes with backslashes before the four special
 * characters; then every backslash again, since the value is a string; and `%` doubled.
 */
function quote(word: string): string {
  const escaped = word
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
  return `"${escaped}"`
}
