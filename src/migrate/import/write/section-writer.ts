import type { Kysely, Transaction } from 'kysely'
import type { Runtime } from '../../../runtime.ts'
import type { Database } from '../../../storage/schema.ts'
import type { Drafts, SectionName } from '../data.ts'
import type { Findings } from '../findings.ts'
import type { Stage } from '../stage.ts'

/** What becomes of a draft beside what Signpost has already. */
export type Fate =
  /** There was nothing. */
  | 'added'
  /** What was there is older. */
  | 'replaced'
  /** It was taken over before. */
  | 'unchanged'
  /** What is there is newer. */
  | 'kept'

export interface Decision<D> {
  readonly draft: D
  readonly fate: Fate
}

export interface WriteContext {
  readonly runtime: Runtime
  readonly findings: Findings
  readonly stage: Stage
}

/** How one section gets into storage. Both functions take pages of up to `WRITE_PAGE`. */
export interface SectionWriter<D> {
  /** Looks only: the dry run ends here. Null stands for a database that does not exist yet. */
  decide(
    db: Kysely<Database> | null,
    drafts: readonly D[],
    findings: Findings,
  ): Promise<readonly Decision<D>[]>
  /** Writes what is `added` or `replaced`. */
  write(tx: Transaction<Database>, drafts: readonly D[], context: WriteContext): Promise<void>
}

export type SectionWriters = { readonly [S in SectionName]: SectionWriter<Drafts[S]> }

/** Keeps statements below SQLite's 32,766 variables, and each of them short. */
export const WRITE_PAGE = 500

/** `added` for what is not among the known ones. */
export function unlessKnown<D>(
  drafts: readonly D[],
  known: ReadonlySet<string>,
  keyOf: (draft: D) => string,
): readonly Decision<D>[] {
  return drafts.map((draft) => ({ draft, fate: known.has(keyOf(draft)) ? 'unchanged' : 'added' }))
}
