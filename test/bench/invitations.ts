import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { freePorts } from '../support/free-port.ts'
import { seedDatabase } from './seed.ts'
import { startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'
import { lookupsUntil, waited } from './sync.ts'

/** Invitations that wait, each for another address. */
const WAITING = 10_000
const ASSOCIATIONS = 1_000

/**
 * Ten thousand invitations wait for people whom one sync of a directory then brings: how long until all are resolved and
 * until the homeserver has them, and what lookups feel of it.
 */
export async function measureInvitations(): Promise<readonly string[]> {
  const homeserver = await startStandInHomeserver()
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const folder = mkdtempSync(join(tmpdir(), 'signpost-bench-sql-'))
  const file = join(folder, 'people.db')
  addPeople(file, 0)
  await seedDatabase(dataDir, ASSOCIATIONS)
  seedInvitations(dataDir)
  const [port, adminPort] = await freePorts(2)
  const table = 'table: { name: people, user: login, emails: [mail] }'
  const more =
    `backends: [{ id: bench, type: sql, connection: { type: sqlite, path: '${file}' }, ${table}, ` +
    `sync: { every: 10s } }]\n`
  const server = await startSignpost({ dataDir, port, adminPort, homeserverUrl: homeserver.url, more })
  try {
    await lookupsUntil(server, () => succeededAt(dataDir) !== null)
    const idle = await lookupsUntil(server, waited(3_000))
    const known = succeededAt(dataDir)
    addPeople(file, WAITING)
    await lookupsUntil(server, () => succeededAt(dataDir) !== known)
    const resolving = await lookupsUntil(server, () => countOf(dataDir, 'pending') === 0)
    const resolved = timesOf(dataDir, 'resolved')
    const delivering = await lookupsUntil(server, () => countOf(dataDir, 'resolved') === 0)
    const delivered = timesOf(dataDir, 'delivered')
    const name = `${WAITING} invitations, one sync`
    return [
      `${name}: resolved in ${seconds(resolved)}, peak memory ${resolving.rss.toFixed(0)} MiB; lookups of 10 meanwhile: ${resolving.text}`,
      `${name}: delivered in ${seconds(delivered)}, peak memory ${delivering.rss.toFixed(0)} MiB; lookups of 10 meanwhile: ${delivering.text}`,
      `${name}: lookups of 10 before it: ${idle.text}`,
    ]
  } finally {
    await server.stop()
    homeserver.close()
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}

const guest = (index: number) => `guest${index}@school.example`

function addPeople(file: string, count: number): void {
  const database = new Sqlite(file)
  database.exec('create table if not exists people (login text primary key, mail text)')
  const insert = database.prepare('insert or ignore into people values (?, ?)')
  database.transaction(() => {
    insert.run('first', 'first@school.example')
    for (let i = 0; i < count; i++) insert.run(`guest${i}`, guest(i))
  })()
  database.close()
}

function seedInvitations(dataDir: string): void {
  const database = new Sqlite(join(dataDir, 'signpost.db'))
  const insert = database.prepare(
    `insert into invitations (id, token, medium, address, address_domain, room_id, sender, properties,
       server_public_key, ephemeral_public_key, ephemeral_private_key, evidence_ref, state, created_at, expires_at)
     values (@id, @id, 'email', @address, 'school.example', '!room:example.org', '@bench:example.org', '{}',
       'key', @id, @seed, @id, 'pending', @created, @expires)`,
  )
  const created = Date.now() - 86_400_000
  const seed = Buffer.alloc(32, 7).toString('base64url')
  database.transaction(() => {
    for (let i = 0; i < WAITING; i++) {
      insert.run({ id: `bench${i}`, address: guest(i), seed, created: created + i, expires: created + 1e10 })
    }
  })()
  database.close()
}

const succeededAt = (dataDir: string) =>
  (ask(dataDir, 'select succeeded_at from directory_syncs') as { succeeded_at: number } | undefined)
    ?.succeeded_at ?? null

const countOf = (dataDir: string, state: string) =>
  (ask(dataDir, `select count(*) as count from invitations where state = '${state}'`) as { count: number })
    .count

interface Times {
  readonly first: number
  readonly last: number
}

/** When the first and the last invitation reached a state. */
const timesOf = (dataDir: string, state: string) =>
  ask(
    dataDir,
    `select min(at) as first, max(at) as last from invitation_history where state = '${state}'`,
  ) as Times

const seconds = ({ first, last }: Times) => `${((last - first) / 1000).toFixed(1)} s`

function ask(dataDir: string, query: string): unknown {
  const database = new Sqlite(join(dataDir, 'signpost.db'), { readonly: true })
  try {
    return database.prepare(query).get()
  } finally {
    database.close()
  }
}
