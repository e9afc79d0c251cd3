import { sql, type Kysely } from 'kysely'
import { mappingKey } from '../../../lookup/mappings.ts'
import type { Medium } from '../../../matrix/threepid.ts'
import { jsonRows } from '../../../storage/json-rows.ts'
import type { AssociationTable, Database } from '../../../storage/schema.ts'
import type { Fate, SectionWriter } from './section-writer.ts'

/** The newer binding counts, whoever stored it. The same one twice changes nothing. */
export const associationWriter: SectionWriter<AssociationTable> = {
  async decide(db, drafts, findings) {
    const existing = db === null ? new Map<string, AssociationTable>() : await findExisting(db, drafts)
    return drafts.map((draft) => {
      const known = existing.get(keyOf(draft))
      const fate = fateOf(draft, known)
      if (known !== undefined && known.mxid !== draft.mxid && fate !== 'unchanged') {
        const code = fate === 'kept' ? 'already-newer' : 'replaced-here'
        findings.add(code, draft.address, `here ${known.mxid}, imported ${draft.mxid}`)
      }
      return { draft, fate }
    })
  },

  async write(tx, drafts, { stage }) {
    const rows = jsonRows(
      tx,
      drafts.map((row) => [
        row.medium,
        row.address,
        row.mxid,
        String(row.bound_at),
        String(row.not_before),
        String(row.not_after),
      ]),
    )
    await sql`insert into associations (medium, address, mxid, bound_at, not_before, not_after)
      select value ->> 0, value ->> 1, value ->> 2, cast(value ->> 3 as bigint), cast(value ->> 4 as bigint),
        cast(value ->> 5 as bigint) from ${rows} where true
      on conflict (medium, address) do update set mxid = excluded.mxid, bound_at = excluded.bound_at,
        not_before = excluded.not_before, not_after = excluded.not_after`.execute(tx)
    stage.noteChanged(drafts.map(({ medium, address }) => ({ medium: medium as Medium, address })))
  },
}

function fateOf(draft: AssociationTable, known: AssociationTable | undefined): Fate {
  if (known === undefined) return 'added'
  if (known.mxid === draft.mxid && known.bound_at >= draft.bound_at) return 'unchanged'
  return draft.bound_at > known.bound_at ? 'replaced' : 'kept'
}

const keyOf = ({ medium, address }: AssociationTable) => mappingKey({ medium: medium as Medium, address })

/** One parameter for all: SQLite keeps a prepared statement with a thousand of them until the next collection of garbage. */
async function findExisting(
  db: Kysely<Database>,
  drafts: readonly AssociationTable[],
): Promise<Map<string, AssociationTable>> {
  const asked = jsonRows(
    db,
    drafts.map(({ medium, address }) => [medium, address]),
  )
  // A cross join keeps SQLite from reading the whole table for each page.
  const { rows } = await sql<AssociationTable>`select a.* from ${asked} cross join associations a
    where a.medium = value ->> 0 and a.address = value ->> 1`.execute(db)
  return new Map(rows.map((row) => [keyOf(row), row]))
}
