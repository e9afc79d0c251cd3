import type { StartFailure } from '../src/desktop/messages.ts'

/** Something on the side of the shell that has to be mended before the server can start. */
export class ShellFailure extends Error {
  override readonly name = 'ShellFailure'
  readonly code: string
  readonly tried: string
  readonly likelyCause: string
  readonly fix: string

  constructor(code: string, parts: Pick<StartFailure, 'tried' | 'likelyCause' | 'fix'>) {
    super(parts.likelyCause)
    this.code = code
    this.tried = parts.tried
    this.likelyCause = parts.likelyCause
    this.fix = parts.fix
  }
}
