import type { ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { emailSpellings } from '../spellings.ts'
import { isStorable } from '../sql/database.ts'
import { chunks } from '../sql/source.ts'
import { readUsers, selectUsers, type SiteUser } from './people.ts'
import { digitsOf } from './phones.ts'
import type { SiteTables, WordpressSite } from './site.ts'

/** Short statements are planned faster, and the server bounds their length. */
const VALUES_A_STATEMENT = 500

/** However a number is written, with country and area code or without: it ends the same. */
const ENDING_DIGITS = 4

/** How users are found who may have one of some addresses; whether they have is seen when they are read. */
interface Way {
  readonly spellings: readonly string[]
  /** Condition on `users u` with `:some` of the spellings. */
  readonly where: (tables: SiteTables) => string
}

/** Who has an address. E-mail addresses go through their index, phone numbers through the fields that hold some. */
export async function findMappings(
  site: WordpressSite,
  asked: readonly ThreePid[],
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  const tables = await site.tables(signal)
  const wanted = new Set(asked.map(({ medium, address }) => `${medium} ${address}`))
  const found = new Map<string, FoundMapping>()
  for (const { spellings, where } of site.hasPhones ? [byEmail(asked), byPhone(asked)] : [byEmail(asked)]) {
    const text = selectUsers(site, tables, where(tables))
    for (const some of chunks([...new Set(spellings)].filter(isStorable), VALUES_A_STATEMENT)) {
      const rows = await site.database.query(text, { ...site.values, some }, signal)
      for (const mapping of mappingsOf(readUsers(rows, site.rules))) {
        const address = `${mapping.medium} ${mapping.address}`
        if (wanted.has(address)) found.set(`${mapping.mxid} ${address}`, mapping)
      }
    }
  }
  return [...found.values()]
}

/** WordPress keeps an address as it was typed; its database compares without regard to case. */
function byEmail(asked: readonly ThreePid[]): Way {
  const spellings = asked.flatMap(({ medium, address }) =>
    medium === 'email' ? emailSpellings(address) : [],
  )
  return { spellings, where: () => 'u.user_email IN (:some)' }
}

function byPhone(asked: readonly ThreePid[]): Way {
  const spellings = asked.flatMap(({ medium, address }) =>
    medium === 'msisdn' ? [address.slice(-ENDING_DIGITS)] : [],
  )
  return {
    spellings,
    where: ({ meta }) => `u.ID IN (
      SELECT m.user_id FROM ${meta} m
      WHERE m.meta_key IN (:phoneMeta) AND RIGHT(${digitsOf('m.meta_value')}, ${ENDING_DIGITS}) IN (:some))`,
  }
}

function mappingsOf(users: readonly SiteUser[]): readonly FoundMapping[] {
  return users.flatMap(({ person }) =>
    person === null ? [] : person.addresses.map((address) => ({ ...address, mxid: person.mxid })),
  )
}
