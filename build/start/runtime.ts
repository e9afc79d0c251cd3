import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../node_modules/electron')

/** Electron's program; null where only its npm package is there. Asking that package would start a download. */
export function electronRuntime(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = join(folder, 'path.txt')
  if (!existsSync(named)) return null
  const program = join(
    env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
    readFileSync(named, 'utf8').trim(),
  )
  return existsSync(program) ? program : null
}
