import { z } from 'zod'
import type { Storage } from '../../storage/storage.ts'

/** What the wizard knows so far. Secrets in `settings` are sealed. */
export interface Draft {
  readonly step: string
  readonly choices: Readonly<Record<string, string | number | boolean | null>>
  readonly settings: Readonly<Record<string, unknown>>
}

/** Why the server came back with its former configuration, as an `OperatorError` tells it. */
export interface Refusal {
  readonly code: string
  readonly tried: string
  readonly likelyCause: string
  readonly fix: string
}

/** What became of the draft that was applied last: it waits for the start after the process `run`, or was refused. */
export type Applied = { readonly run: string } | { readonly refused: Refusal }

/** A table of people for the list, as its file was. */
export interface DraftList {
  readonly name: string
  readonly text: string
}

export interface DraftStore {
  read(): Promise<Draft | null>
  write(draft: Draft): Promise<void>
  readList(): Promise<DraftList | null>
  /** Null removes it. */
  writeList(list: DraftList | null): Promise<void>
  readApplied(): Promise<Applied | null>
  writeApplied(applied: Applied): Promise<void>
  /** All of it. */
  remove(): Promise<void>
  /** Whether a draft was ever applied and the server started with it. */
  isFinished(): Promise<boolean>
  /** The server runs with the draft: it goes, and the wizard counts as finished. */
  finish(): Promise<void>
}

const keys = {
  draft: 'wizard-draft',
  list: 'wizard-list',
  applied: 'wizard-applied',
  finished: 'wizard-finished',
} as const

const draft = z.object({
  step: z.string(),
  choices: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  settings: z.record(z.string(), z.unknown()),
})
const list = z.object({ name: z.string(), text: z.string() })
const refusal = z.object({ code: z.string(), tried: z.string(), likelyCause: z.string(), fix: z.string() })
const applied = z.union([z.object({ run: z.string() }), z.object({ refused: refusal })])

/** One draft for the installation: it outlives a reload, a restart and a change of the browser. */
export function createDraftStore(storage: Storage): DraftStore {
  const { db } = storage
  const valueOf = async (key: string) =>
    (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value ?? null
  const put = async (key: string, value: string) => {
    await db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  }
  const take = async (names: readonly string[]) => {
    await db.deleteFrom('meta').where('key', 'in', names).execute()
  }
  const readAs = async <T>(key: string, schema: z.ZodType<T>) => {
    const text = await valueOf(key)
    return text === null ? null : schema.parse(JSON.parse(text))
  }
  const remove = () => take([keys.draft, keys.list, keys.applied])
  return {
    read: () => readAs(keys.draft, draft),
    write: (value) => put(keys.draft, JSON.stringify(value)),
    readList: () => readAs(keys.list, list),
    writeList: (value) => (value === null ? take([keys.list]) : put(keys.list, JSON.stringify(value))),
    readApplied: () => readAs(keys.applied, applied),
    writeApplied: (value) => put(keys.applied, JSON.stringify(value)),
    remove,
    isFinished: async () => (await valueOf(keys.finished)) !== null,
    async finish() {
      await put(keys.finished, 'yes')
      await remove()
    },
  }
}
