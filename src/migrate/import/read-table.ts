import type { z } from 'zod'
import type { Reading, SectionName } from './data.ts'
import type { SourceDatabase } from './database/source-database.ts'

export interface TableReader<S extends z.ZodObject, D> {
  readonly table: string
  /** Its keys are the columns. */
  readonly schema: S
  readonly section: SectionName
  /** Null for a row that is left out. */
  readonly read: (row: z.output<S>) => D | null
}

/** Drafts of one table, newest row first, page by page; says how far it is. */
export async function* readTable<S extends z.ZodObject, D>(
  db: SourceDatabase,
  { tell }: Reading,
  { table, schema, section, read }: TableReader<S, D>,
): AsyncGenerator<readonly D[]> {
  const total = await db.count(table)
  let done = 0
  for await (const page of db.rows(table, Object.keys(schema.shape))) {
    done += page.length
    tell(section, done, total)
    yield page.map((raw) => read(schema.parse(raw))).filter((draft) => draft !== null)
  }
}
