import { readAddress, readMatrixId, type CellResult } from '../../backends/cells.ts'
import type { ListEntry } from '../../backends/list/rows.ts'
import { readDisplayName } from '../../backends/person.ts'
import { AdminError, type FieldProblem } from '../api/errors.ts'

export interface TypedRow {
  readonly address: string
  readonly mxid: string
  readonly displayName: string | null
}

/** A row as somebody typed it. @throws AdminError `invalid` with the problems of its fields. */
export function readRow(typed: TypedRow, domain: string): ListEntry {
  const text = typed.address.trim()
  const medium = text.includes('@') ? 'email' : 'msisdn'
  const address = readAddress(medium, text, '', false)
  const mxid = readMatrixId(typed.mxid.trim(), domain)
  if (address.ok && mxid.ok) {
    return {
      medium,
      address: address.value,
      mxid: mxid.value,
      displayName: readDisplayName(typed.displayName),
    }
  }
  const problems = [...problemOf('address', text, address), ...problemOf('mxid', typed.mxid, mxid)]
  throw new AdminError('invalid', { problems })
}

function problemOf(path: string, value: string, read: CellResult<string>): readonly FieldProblem[] {
  return read.ok ? [] : [{ path, message: `"${value}" ${read.message}.`, fix: read.fix }]
}
