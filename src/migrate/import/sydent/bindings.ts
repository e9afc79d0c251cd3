import { z } from 'zod'
import type { AssociationTable } from '../../../storage/schema.ts'
import { readAddress, readMatrixId } from '../address.ts'
import { chooseBinding } from '../choose-bindings.ts'
import type { Reading } from '../data.ts'
import type { SourceDatabase, SourceRow } from '../database/source-database.ts'
import type { Findings } from '../findings.ts'
import type { Origin, StagedBinding } from '../stage.ts'
import { isOtherEncoding, text, wholeNumber } from '../values.ts'

const localTable = 'local_threepid_associations'
const globalTable = 'global_threepid_associations'

const bindingSchema = z.object({
  id: wholeNumber,
  medium: text,
  address: text,
  mxid: text,
  ts: wholeNumber,
  notBefore: wholeNumber,
  notAfter: wholeNumber,
  originServer: text,
})

type Row = z.output<typeof bindingSchema>

const columns = Object.keys(bindingSchema.shape)

/**
 * The associations that Sydent would answer with, and those that it lost: its case-fold migration deletes rows of the
 * global table whose local row is still there.
 */
export async function* sydentAssociations(
  db: SourceDatabase,
  serverName: string,
  reading: Reading,
): AsyncGenerator<readonly AssociationTable[]> {
  const total = (await db.count(localTable)) + (await db.count(globalTable))
  let done = 0
  for (const table of [localTable, globalTable]) {
    for await (const page of db.rows(table, columns)) {
      stagePage(page, table, serverName, reading)
      done += page.length
      reading.tell('associations', done, total)
      // Nothing is known before all rows are read; the caller hears that we are at work.
      yield []
    }
  }
  for (const page of reading.stage.addresses()) {
    yield page.flatMap((address) => chooseBinding(reading.findings, address) ?? [])
  }
}

function stagePage(
  page: readonly SourceRow[],
  table: string,
  serverName: string,
  { stage, findings, now }: Reading,
): void {
  const bindings: StagedBinding[] = []
  const unbound: (Pick<StagedBinding, 'medium' | 'address'> & { ts: number })[] = []
  for (const raw of page) {
    const row = bindingSchema.parse(raw)
    const name = `${table} ${row.id}`
    const address = addressOf(findings, name, row)
    if (address === null) continue
    if (row.mxid === null && table === localTable) {
      // Without a time, nothing of this server's own is newer.
      unbound.push({ ...address, ts: row.ts ?? now })
      continue
    }
    const binding = bindingOf(findings, name, row, now)
    if (binding === null) continue
    const origin: Origin = table === localTable ? 'local' : row.originServer === serverName ? 'own' : 'peer'
    bindings.push({ ...address, ...binding, origin, spelling: row.address ?? address.address })
  }
  stage.addBindings(bindings)
  stage.addUnbound(unbound)
}

function addressOf(findings: Findings, name: string, row: Row) {
  if (isOtherEncoding(row)) {
    findings.add('other-encoding', name, `${row.address}`)
    return null
  }
  if (row.medium === null || row.address === null) {
    findings.add('missing-value', name, row.medium === null ? 'medium' : 'address')
    return null
  }
  return readAddress(findings, name, row.medium, row.address)
}

function bindingOf(
  findings: Findings,
  name: string,
  row: Row,
  now: number,
): Pick<StagedBinding, 'mxid' | 'ts' | 'notBefore' | 'notAfter'> | null {
  if (row.mxid === null || row.notBefore === null || row.notAfter === null) {
    findings.add('missing-value', name, row.mxid === null ? 'mxid' : 'notBefore or notAfter')
    return null
  }
  const mxid = readMatrixId(findings, name, row.mxid)
  if (mxid === null) return null
  if (row.notBefore > now || row.notAfter <= now) {
    findings.add('expired-association', name, `${row.address} of ${mxid}`)
    return null
  }
  if (row.ts === null) findings.add('missing-time', name, `${row.address} of ${mxid}`)
  return { mxid, ts: row.ts ?? 0, notBefore: row.notBefore, notAfter: row.notAfter }
}
