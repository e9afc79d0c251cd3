import type { Config } from '../../config/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import type { policiesContract } from './contract.ts'

export interface PoliciesOptions {
  readonly storage: Storage
  readonly config: () => Config
}

export function createPoliciesHandlers({
  storage: { db },
  config,
}: PoliciesOptions): Handlers<typeof policiesContract> {
  /** Who accepted in two languages counts once. */
  async function countAccepted(urls: readonly string[]): Promise<number> {
    if (urls.length === 0) return 0
    const row = await db
      .selectFrom('accepted_terms')
      .select((eb) => eb.fn.count<number>('user_id').distinct().as('count'))
      .where('url', 'in', urls)
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }

  return {
    async 'GET /api/policies'() {
      const accounts = await db
        .selectFrom('accounts')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      const terms = []
      for (const [id, { version, ...languages }] of Object.entries(config().terms)) {
        const documents = Object.entries(languages).flatMap(([language, document]) =>
          typeof document === 'object' ? [{ language, ...document }] : [],
        )
        const accepted = await countAccepted(documents.map(({ url }) => url))
        terms.push({ id, version, documents, accepted })
      }
      return { terms, accounts: Number(accounts.count) }
    },
  }
}
