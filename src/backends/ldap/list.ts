import type { Filter } from 'ldapts'
import type { Clock } from '../../runtime.ts'
import type { ListOrder, ListPage } from '../backend.ts'
import type { ListedPerson } from '../person.ts'
import { watchTimestamps, watchUsn, type ChangeWatch } from './changes.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { bytesOf, type LdapEntry } from './entry.ts'
import { allOf, anyOf, equals } from './filters.ts'
import { inBatches } from './find.ts'
import type { Layout } from './layout.ts'
import { readPages } from './paging.ts'
import { keyOf, readPerson } from './people.ts'
import { readEntryAt } from './root-dse.ts'
import type { LdapSession } from './wire/session.ts'

export interface ListOptions {
  readonly bases: readonly string[]
  readonly layout: Layout
  readonly pageSize: number
  /** Longest wait for one page, milliseconds. */
  readonly pageMs: number
  /** See `settingsMark`. */
  readonly settings: string
  readonly clock: Clock
}

/** From here on reading everything is cheaper than asking for each who is new. */
const MAX_NEWCOMERS = 1_000
const KEYS_AT_ONCE = 50

/** Everybody, or what changed since a cursor of ours, over one connection. */
export async function* listPeople(
  session: LdapSession,
  order: ListOrder,
  options: ListOptions,
): AsyncGenerator<ListPage> {
  const { layout, settings, clock, pageMs } = options
  const watch =
    layout.preset.changes === 'usn'
      ? await watchUsn(session, AbortSignal.any([order.signal, AbortSignal.timeout(pageMs)]))
      : watchTimestamps(session, clock)
  const since = order.since === null ? null : readCursor(order.since)
  const isUsable = since !== null && since.settings === settings && since.source === watch.source
  const listing = new Listing(session, order, options, watch)
  const incremental = isUsable && (yield* listing.changes(since.position))
  if (!incremental) yield* listing.everybody()
  const position = watch.end()
  const cursor = position === null ? null : writeCursor({ settings, source: watch.source, position })
  yield { type: 'end', incremental, cursor }
}

class Listing {
  readonly #session: LdapSession
  readonly #order: ListOrder
  readonly #options: ListOptions
  readonly #watch: ChangeWatch

  constructor(session: LdapSession, order: ListOrder, options: ListOptions, watch: ChangeWatch) {
    this.#session = session
    this.#order = order
    this.#options = options
    this.#watch = watch
  }

  async *everybody(): AsyncGenerator<ListPage> {
    const { layout } = this.#options
    const named = new Set<string>()
    for await (const entries of this.#pages(layout.people('lookup'), layout.personAttributes)) {
      yield { type: 'people', people: this.#read(entries, named) }
    }
  }

  /** False when it gave up, before its first page, because reading everything is cheaper. */
  async *changes(position: string): AsyncGenerator<ListPage, boolean> {
    const { layout } = this.#options
    const everybody = layout.people('lookup')
    // An entry of now, or none for a key that is its DN: those are asked for one by one.
    const there = new Map<string, LdapEntry>()
    for await (const entries of this.#pages(everybody, [layout.key, ...layout.stateAttributes])) {
      for (const entry of entries) there.set(keyOf(entry, layout), entry)
    }
    const newcomers = [...there].filter(([key]) => !this.#order.isKnown(key))
    if (newcomers.length > MAX_NEWCOMERS) return false

    const named = new Set<string>()
    const changed = allOf([everybody, this.#watch.changedSince(position)])
    for await (const entries of this.#pages(changed, layout.personAttributes)) {
      yield { type: 'people', people: this.#read(entries, named) }
    }
    const missing = newcomers.filter(([key]) => !named.has(key)).map(([, entry]) => entry)
    for await (const entries of this.#inFull(missing)) {
      yield { type: 'people', people: this.#read(entries, named) }
    }
    // A newcomer who is gone again is nobody the mirror holds.
    const unchanged = [...there.keys()].filter((key) => !named.has(key) && this.#order.isKnown(key))
    yield { type: 'present', keys: unchanged }
    return true
  }

  /** People who moved in or were switched on, which no change of theirs need show. */
  async *#inFull(entries: readonly LdapEntry[]): AsyncGenerator<readonly LdapEntry[]> {
    const { layout, pageMs } = this.#options
    const byKey = entries.filter((entry) => bytesOf(entry, layout.key).length > 0)
    for (const batch of inBatches(byKey, KEYS_AT_ONCE)) {
      const keys = batch.flatMap((entry) => bytesOf(entry, layout.key).slice(0, 1))
      const wanted = anyOf(keys.map((bytes) => equals(layout.key, bytes)))
      if (wanted !== null)
        yield* this.#pages(allOf([layout.people('lookup'), wanted]), layout.personAttributes)
    }
    for (const { dn } of entries.filter((entry) => !byKey.includes(entry))) {
      const patience = AbortSignal.any([this.#order.signal, AbortSignal.timeout(pageMs)])
      const entry = await readEntryAt(this.#session, dn, layout.personAttributes, patience)
      if (entry !== null) yield [entry]
    }
  }

  async *#pages(filter: Filter, attributes: readonly string[]) {
    const { bases, layout, pageSize, pageMs } = this.#options
    const order = { bases, filter, attributes: [...attributes, ...this.#watch.attributes], pageSize, pageMs }
    for await (const entries of readPages(this.#session, order, this.#order.signal)) {
      yield entries.filter((entry) => layout.isEnabled(entry))
    }
  }

  /** Reads entries, without those that another base named already. */
  #read(entries: readonly LdapEntry[], named: Set<string>): ListedPerson[] {
    const people: ListedPerson[] = []
    for (const entry of entries) {
      this.#watch.see(entry)
      const key = keyOf(entry, this.#options.layout)
      if (named.has(key)) continue
      named.add(key)
      people.push(readPerson(entry, this.#options.layout))
    }
    return people
  }
}
