import type { Kysely } from 'kysely'
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
}

export function registrationFacts({
  db,
  clock,
  lookup,
  sources,
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
      if (found === null || found.source !== 'association') return found !== null
      // An address that somebody has published says nothing about who its owner is.
      return (await currentMapping(db(), address, sources, clock.now(), false)) !== null
    },
  }
}
