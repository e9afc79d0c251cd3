import { subjectOf } from '../../activity/log/subject.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Holding } from './holding.ts'
import { holdingsOf } from './holdings.ts'
import { findPerson, type Person } from './person.ts'

export interface PersonalDataOptions {
  readonly storage: Storage
  /** A Matrix ID, or an address in its canonical form. */
  readonly who: string | ThreePid
  readonly ownSources: readonly string[]
  readonly keyRing: Pick<KeyRing, 'derive'>
}

export interface PersonalData extends Person {
  readonly holdings: readonly {
    readonly name: string
    readonly title: string
    readonly rows: readonly object[]
  }[]
}

/** Everything that is kept of a person, for the person: without tokens, codes and keys. */
export async function exportPerson(options: PersonalDataOptions): Promise<PersonalData> {
  return await options.storage.readSnapshot(async (db) => {
    const person = await findPerson(db, options.who)
    const holdings = []
    for (const { name, title, find } of listHoldings(options, person)) {
      holdings.push({ name, title, rows: await find(db) })
    }
    return { ...person, holdings }
  })
}

export interface ErasureReport extends Person {
  readonly holdings: readonly {
    readonly name: string
    readonly title: string
    readonly found: number
    readonly erased: number
    /** Why what was not erased stays; null where nothing stays. */
    readonly staysBecause: string | null
  }[]
}

/** What `erasePerson` would report as things are; nothing is removed. */
export async function previewErasure(options: PersonalDataOptions): Promise<ErasureReport> {
  return await options.storage.readSnapshot(async (db) => {
    const person = await findPerson(db, options.who)
    const holdings = []
    for (const { name, title, find, erase, staysBecause } of listHoldings(options, person)) {
      const found = (await find(db)).length
      const stays = erase === null && found > 0
      holdings.push({
        ...{ name, title, found, erased: stays ? 0 : found },
        staysBecause: stays ? staysBecause : null,
      })
    }
    return { ...person, holdings }
  })
}

/**
 * Removes what is kept of a person, in one transaction, and says what was there and what is gone. Backups that exist
 * already keep it until they go. Lookups of a running server know it within two seconds.
 */
export async function erasePerson(options: PersonalDataOptions): Promise<ErasureReport> {
  return await options.storage.transaction(async (tx) => {
    const person = await findPerson(tx, options.who)
    const all = listHoldings(options, person)
    const found = new Map<Holding, number>()
    for (const holding of all) found.set(holding, (await holding.find(tx)).length)
    for (const { erase } of all) await erase?.(tx)
    const holdings = []
    for (const holding of all) {
      const left = (await holding.find(tx)).length
      // The sequence of changes grows by the erasure itself.
      const before = Math.max(found.get(holding) ?? 0, left)
      const { name, title, staysBecause } = holding
      holdings.push({
        ...{ name, title, found: before, erased: before - left },
        staysBecause: left > 0 ? staysBecause : null,
      })
    }
    return { ...person, holdings }
  })
}

function listHoldings({ ownSources, keyRing }: PersonalDataOptions, person: Person): readonly Holding[] {
  const subjects = person.addresses.map((address) => subjectOf(keyRing, address))
  return holdingsOf({ person, ownSources, subjects })
}
