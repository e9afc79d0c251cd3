import { spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'

/** The first of these programs that is not installed, or null. Programs for administrators are found, too. */
export function lackingProgram(...programs: readonly string[]): string | null {
  const PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter)
  return programs.find((program) => spawnSync('which', [program], { env: { PATH } }).status !== 0) ?? null
}
