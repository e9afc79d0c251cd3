import { z } from 'zod'
import { readPage, READ_PAGE } from '../../backends/list/entries.ts'
import type { ListEntry } from '../../backends/list/rows.ts'
import { caseFold } from '../../matrix/case-folding.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'

const cursorShape = z.tuple([z.enum(['email', 'msisdn']), z.string()])

export interface RowsPage {
  readonly rows: readonly ListEntry[]
  /** Where the next page goes on; null: that was all. */
  readonly next: string | null
}

/** Up to `limit` rows after a cursor whose address, Matrix ID or name holds `search`. Folds in the program: databases fold ASCII only. */
export async function readRows(
  { db }: Storage,
  backend: string,
  {
    search = '',
    cursor,
    limit,
  }: { readonly search?: string; readonly cursor?: string; readonly limit: number },
): Promise<RowsPage> {
  const wanted = caseFold(search.trim())
  const fits = ({ address, mxid, displayName }: ListEntry) =>
    wanted === '' || caseFold(`${address}\n${mxid}\n${displayName ?? ''}`).includes(wanted)
  const rows: ListEntry[] = []
  for (let after = cursor === undefined ? null : readCursor(cursor); ;) {
    const page: readonly ListEntry[] = await readPage(db, backend, after)
    for (const entry of page) {
      if (!fits(entry)) continue
      if (rows.length === limit) return { rows, next: writeCursor(rows.at(-1) ?? entry) }
      rows.push(entry)
    }
    after = page.at(-1) ?? null
    if (page.length < READ_PAGE || after === null) return { rows, next: null }
  }
}

const writeCursor = ({ medium, address }: ThreePid) =>
  Buffer.from(JSON.stringify([medium, address])).toString('base64url')

function readCursor(text: string): ThreePid {
  try {
    const [medium, address] = cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { medium, address }
  } catch {
    throw new AdminError('invalid', { message: 'The cursor is none of ours.' })
  }
}
