import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Where Signpost keeps everything: `--data`, else SIGNPOST_DATA, else `data` in a checkout, else the user's own data
 * folder as the platform has it.
 */
export function chooseDataDir(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  programDir: string,
): string {
  const chosen = option ?? env['SIGNPOST_DATA']
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  if (existsSync(join(programDir, '.git'))) return join(programDir, 'data')
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'Signpost')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Signpost')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'signpost')
}
