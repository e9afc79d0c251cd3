import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { systemErrorCode } from '../config/file-error.ts'
import { outputUnwritable } from './output-unwritable.ts'

/** Writes lines to a file for its owner alone. Throws `output-unwritable`. */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string>,
  { overwrite, mark }: { readonly overwrite: boolean; readonly mark: boolean },
): Promise<void> {
  async function* text() {
    // Excel takes a CSV file without this mark for Windows-1252; a reader of JSON stumbles over it (RFC 8259, 8.1).
    if (mark) yield '\uFEFF'
    for await (const line of lines) yield `${line}\n`
  }
  try {
    await pipeline(
      Readable.from(text()),
      createWriteStream(file, { flags: overwrite ? 'w' : 'wx', mode: 0o600 }),
    )
  } catch (cause) {
    if (systemErrorCode(cause) === undefined) throw cause
    throw outputUnwritable(file, cause, 'Choose another name, or add --overwrite.')
  }
}
