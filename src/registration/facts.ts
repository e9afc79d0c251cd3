import type { Kysely } from 'kysely'
import type { AskedBackend } from '../backends/ask.ts'
import { currentMapping } from '../lookup/mappings.ts'
import type { Lookup } from '../lookup/find.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { RegistrationFacts } from './policy.ts'

export interface RegistrationFactOptions {
  readonly db: () => Kysely<Database>
  readonly clock: Clock
  /** Of this installation alone: what others know makes nobody a member here. */
  readonly lookup: Pick<Lookup, 'findOne'>
  readonly sources: readonly string[]
  readonly backends: readonly AskedBackend[]
}

export function registrationFacts({
  db,
  clock,
  lookup,
  sources,
  backends,
}: RegistrationFactOptions): RegistrationFacts {
  return {
    async isInvited({ medium, address }) {
      const row = await db()
        .selectFrom('invitations')
        .select('id')
        .where('medium', '=', medium)
        .where('address', '=', address)
        .where('state', '=', 'pending')
        .where('expires_at', '>', clock.now())
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
    async isMember(address: ThreePid) {
      const found = await lookup.findOne(address, null)
      if (found === null) return backends.some(isSilent) ? null : false
      if (found.source !== 'association') return true
      // An address that somebody has published says nothing about who its owner is.
      return (await currentMapping(db(), address, sources, clock.now(), false)) !== null
    },
  }
}

/** Right after a question: it did not answer it. One that refuses the question does not know the address. */
function isSilent(backend: AskedBackend): boolean {
  const { lastFailure } = backend.state()
  return backend.isUsedFor('lookup') && lastFailure !== null && lastFailure.code !== 'query'
}
