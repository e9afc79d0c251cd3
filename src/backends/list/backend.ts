import type { Kysely } from 'kysely'
import { caseFold } from '../../matrix/case-folding.ts'
import type { Medium } from '../../matrix/threepid.ts'
import type { Database } from '../../storage/schema.ts'
import type { Backend, FoundUser, SearchQuery } from '../backend.ts'
import { runChecks } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import type { BackendContext, CreateBackend } from '../kind.ts'
import type { ListConfig } from './config.ts'
import { readEntries, readPage, READ_PAGE } from './entries.ts'
import type { ListEntry } from './rows.ts'

/** The people kept in Signpost itself, as a backend. Lookups read their rows straight from storage. */
export const createListBackend: CreateBackend<ListConfig> = async (_config, context) => {
  const { id } = context
  let closed = false

  function database(): Kysely<Database> {
    if (context.storage !== null && !closed) return context.storage.db
    throw new BackendFailure('closed', 'The database of the list is closed.', 'Ask again when Signpost runs.')
  }

  const backend: Backend = {
    async findMappings(addresses) {
      const found = await readEntries(database(), id, addresses)
      return [...found.values()].map(({ medium, address, mxid }) => ({ medium, address, mxid }))
    },
    async search(query) {
      return await search(database(), id, query)
    },
    async profile(userId) {
      const rows = await database()
        .selectFrom('directory_entries')
        .select(['medium', 'address', 'display_name'])
        .where('source', '=', id)
        .where('mxid', '=', userId)
        .execute()
      if (rows.length === 0) return null
      const displayName = rows.find(({ display_name }) => display_name !== null)?.display_name ?? null
      const threepids = rows.map(({ medium, address }) => ({ medium: medium as Medium, address }))
      return { displayName, threepids, roles: [], photo: null }
    },
    check: () => checkList(context, database),
    async close() {
      closed = true
    },
  }
  return backend
}

/** Folds in the program: the databases fold ASCII only. A list is read whole, in pages, until there is enough. */
async function search(db: Kysely<Database>, id: string, { by, term, limit }: SearchQuery) {
  const wanted = caseFold(term)
  const found = new Map<string, FoundUser>()
  for (let page = await readPage(db, id, null); ;) {
    for (const { mxid, displayName, address } of page) {
      const text = by === 'name' ? `${displayName ?? ''}\n${mxid}` : address
      if (!caseFold(text).includes(wanted) || found.has(mxid)) continue
      if (found.size === limit) return { limited: true, results: [...found.values()] }
      found.set(mxid, { mxid, displayName, avatarUrl: null })
    }
    const last = page.at(-1)
    if (last === undefined || page.length < READ_PAGE) return { limited: false, results: [...found.values()] }
    page = await readPage(db, id, last)
  }
}

function checkList({ id, clock }: BackendContext, database: () => Kysely<Database>) {
  return runChecks(clock, [
    [
      'count',
      async () => {
        const row = await database()
          .selectFrom('directory_entries')
          .select((eb) => [eb.fn.count('mxid').distinct().as('people'), eb.fn.countAll().as('addresses')])
          .where('source', '=', id)
          .executeTakeFirstOrThrow()
        const detail = `${row.people} people with ${row.addresses} addresses are in the list.`
        if (Number(row.addresses) > 0) return { detail }
        return { outcome: 'warning', detail, fix: 'Fill it: signpost list import FILE' }
      },
    ],
    [
      'sample',
      async () => {
        const entries = (await readPage(database(), id, null)).slice(0, 20)
        return { detail: `The first ${entries.length} addresses.`, sample: entries.map(asSample) }
      },
    ],
  ])
}

function asSample({ medium, address, mxid, displayName }: ListEntry) {
  const shown = `${medium} ${address}`
  return { key: shown, mxid, displayName, addresses: [shown], problems: [] }
}
