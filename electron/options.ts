import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseDataDir } from '../src/cli/data-dir.ts'
import type { Host } from './host.ts'

/** What the command line asks for. */
export interface ShellOptions {
  readonly dataDir: string
  /** Settings of the shell and the profile of the window. */
  readonly userDataDir: string
  /** Starts without a window, as at login. */
  readonly isHidden: boolean
  /** A `signpost://` link that was clicked. */
  readonly link: string | null
}

export const HIDDEN_FLAG = '--hidden'

export function readOptions({ argv, env, files }: Pick<Host, 'argv' | 'env' | 'files'>): ShellOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: { data: { type: 'string' } },
  })
  const chosen = typeof values.data === 'string' ? values.data : undefined
  const dataDir = chooseDataDir(chosen, env, files.programDir)
  return {
    dataDir,
    userDataDir: join(dataDir, 'desktop'),
    isHidden: argv.includes(HIDDEN_FLAG),
    link: linkIn(argv),
  }
}

/** Windows and Linux hand a clicked link to the program as a word of its command line. */
export function linkIn(argv: readonly string[]): string | null {
  return argv.find((word) => word.startsWith('signpost://')) ?? null
}
