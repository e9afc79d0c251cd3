import type { Backend, ListPage } from '../../../src/backends/backend.ts'
import type { ListedPerson, Person } from '../../../src/backends/person.ts'

/** A directory in memory for what concerns no directory in particular: a sync, a pipeline. */
export interface StubDirectory extends Backend {
  people: ListedPerson[]
  /** Incremental pages instead of everybody, when the order has a cursor. */
  changes: { people: ListedPerson[]; present: string[] } | null
  cursor: string | null
  /** Cursors that were asked for. */
  readonly asked: (string | null)[]
  /** Thrown after the first page. */
  failure: Error | null
  /** False: the listing ends without saying so. */
  ends: boolean
}

/** `stubPerson('anna', 'anna@x.example', '491701')`: the key is the localpart. */
export function stubPerson(localpart: string, ...addresses: string[]): ListedPerson {
  return { key: localpart, person: personOf(localpart, addresses), rejections: [], record: null }
}

function personOf(localpart: string, addresses: readonly string[]): Person {
  return {
    mxid: `@${localpart}:example.org`,
    displayName: localpart.toUpperCase(),
    addresses: addresses.map((address) => ({ medium: address.includes('@') ? 'email' : 'msisdn', address })),
  }
}

const PAGE = 100

export function createStubDirectory(people: ListedPerson[] = []): StubDirectory {
  const stub: StubDirectory = {
    people,
    changes: null,
    cursor: null,
    asked: [],
    failure: null,
    ends: true,
    async *listPeople({ since }): AsyncGenerator<ListPage> {
      stub.asked.push(since)
      const incremental = since !== null && stub.changes !== null
      const listed = incremental ? (stub.changes?.people ?? []) : stub.people
      for (let start = 0; start < listed.length; start += PAGE) {
        yield { type: 'people', people: listed.slice(start, start + PAGE) }
        if (stub.failure !== null) throw stub.failure
      }
      if (incremental) yield { type: 'present', keys: stub.changes?.present ?? [] }
      if (stub.ends) yield { type: 'end', incremental, cursor: stub.cursor }
    },
    async *check() {},
    async close() {},
  }
  return stub
}
