import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely, type Transaction } from 'kysely'
import { noteMappingChanges } from '../../../storage/mapping-changes.ts'
import type { Database } from '../../../storage/schema.ts'
import { sectionNames, type Reading, type SectionName, type SourceData } from '../data.ts'
import { associationWriter } from './associations.ts'
import { invitationKeyWriter, invitationWriter } from './invitations.ts'
import { accountWriter, sessionWriter, termsWriter, tokenWriter } from './people.ts'
import {
  WRITE_PAGE,
  type Fate,
  type SectionWriter,
  type SectionWriters,
  type WriteContext,
} from './section-writer.ts'

const writers: SectionWriters = {
  associations: associationWriter,
  invitations: invitationWriter,
  invitationKeys: invitationKeyWriter,
  accounts: accountWriter,
  tokens: tokenWriter,
  terms: termsWriter,
  sessions: sessionWriter,
}

/** Numbers of rows of one section. */
export type SectionCounts = { readonly section: SectionName } & Readonly<Record<Fate, number>>

/** What an import would do now. */
export async function previewData(
  db: Kysely<Database> | null,
  data: SourceData,
  reading: Reading,
): Promise<readonly SectionCounts[]> {
  const counts: SectionCounts[] = []
  for (const section of sectionNames) {
    counts.push(await countSection(section, data, reading, db, async () => {}))
  }
  return counts
}

/** Writes everything within `tx`; it is there when that is committed, and not before. */
export async function writeData(
  tx: Transaction<Database>,
  data: SourceData,
  reading: Reading,
  context: WriteContext,
): Promise<readonly SectionCounts[]> {
  const counts: SectionCounts[] = []
  for (const section of sectionNames) {
    const write = (drafts: never[]) => writers[section].write(tx, drafts, context)
    counts.push(await countSection(section, data, reading, tx, write))
  }
  // Last, as on PostgreSQL others wait from here on.
  for (const page of reading.stage.changed()) {
    await setImmediate()
    await noteMappingChanges(tx, page)
  }
  return counts
}

async function countSection(
  section: SectionName,
  data: SourceData,
  reading: Reading,
  db: Kysely<Database> | null,
  write: (drafts: never[]) => Promise<void>,
): Promise<SectionCounts> {
  const counts: Record<Fate, number> = { added: 0, replaced: 0, unchanged: 0, kept: 0 }
  // Each section pairs its reader with the writer of the same type, which the compiler cannot follow over a loop.
  const writer = writers[section] as unknown as SectionWriter<unknown>
  const pages: AsyncIterable<readonly unknown[]> = data[section](reading)
  for await (const page of pages) {
    // SQLite answers at once, so that nothing else would have its turn while a million rows pass.
    await setImmediate()
    // PostgreSQL ends a transaction in which nothing happens for a minute.
    if (page.length === 0 && db !== null) await sql`select 1`.execute(db)
    for (let start = 0; start < page.length; start += WRITE_PAGE) {
      const decisions = await writer.decide(db, page.slice(start, start + WRITE_PAGE), reading.findings)
      for (const { fate } of decisions) counts[fate]++
      const changed = decisions.filter(({ fate }) => fate === 'added' || fate === 'replaced')
      if (changed.length > 0) await write(changed.map(({ draft }) => draft) as never[])
    }
  }
  return { section, ...counts }
}
