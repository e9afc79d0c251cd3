import { parsePhoneNumber } from '../../matrix/phone.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { formatCsvRow, guardCell } from './csv.ts'
import type { ListEntry } from './rows.ts'

/** The entries as lines of CSV with a header; `readTable` reads them back to the same entries. */
export async function* exportCsv(entries: AsyncIterable<ListEntry>): AsyncGenerator<string> {
  yield formatCsvRow(['medium', 'address', 'mxid', 'name'])
  for await (const entry of entries) {
    const { medium, mxid, displayName } = entry
    yield formatCsvRow([medium, addressCell(entry), mxid, guardCell(displayName ?? '')])
  }
}

/** Phone numbers with spaces: a spreadsheet takes the bare digits for a quantity and rounds them. */
function addressCell({ medium, address }: ThreePid): string {
  if (medium === 'email') return guardCell(address)
  const parsed = parsePhoneNumber(`+${address}`, '')
  return parsed?.msisdn === address ? parsed.international : address
}
