import { z } from 'zod'
import type { Storage } from '../../storage/storage.ts'

/** What the wizard knows so far. Secrets in `settings` are sealed. */
export interface Draft {
  readonly step: string
  readonly choices: Readonly<Record<string, string | number | boolean | null>>
  readonly settings: Readonly<Record<string, unknown>>
}

export interface DraftStore {
  read(): Promise<Draft | null>
  write(draft: Draft): Promise<void>
  remove(): Promise<void>
  /** Whether a draft was ever applied. */
  isFinished(): Promise<boolean>
  /** The draft is applied: it goes, and the wizard counts as finished. */
  finish(): Promise<void>
}

const draftKey = 'wizard-draft'
const finishedKey = 'wizard-finished'

const stored = z.object({
  step: z.string(),
  choices: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  settings: z.record(z.string(), z.unknown()),
})

/** One draft for the installation: it outlives a reload, a restart and a change of the browser. */
export function createDraftStore(storage: Storage): DraftStore {
  const { db } = storage
  const valueOf = async (key: string) =>
    (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value ?? null
  const put = (key: string, value: string) =>
    db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  const remove = async () => void (await db.deleteFrom('meta').where('key', '=', draftKey).execute())
  return {
    remove,
    async read() {
      const text = await valueOf(draftKey)
      return text === null ? null : stored.parse(JSON.parse(text))
    },
    write: async (draft) => void (await put(draftKey, JSON.stringify(draft))),
    isFinished: async () => (await valueOf(finishedKey)) !== null,
    async finish() {
      await put(finishedKey, 'yes')
      await remove()
    },
  }
}
