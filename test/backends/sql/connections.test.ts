import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resolver } from '../../../src/net/resolver.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { mariadbUnavailable, startMariadb } from '../../support/mariadb.ts'
import { startPostgres } from '../../support/postgres.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { openDatabase, patience } from './support/open-database.ts'
import { peopleDatabases, type ConnectionInput } from './support/people-databases.ts'

/** Every name is this machine, and its first address is a dead one. */
const resolver: Resolver = {
  addresses: async (host) => (host === '127.0.0.1' ? [host] : ['127.0.0.9', '127.0.0.1']),
  srv: async () => [],
}

type ServerInput = Exclude<ConnectionInput, { type: 'sqlite' }>

interface Scene {
  /** Works, through TLS with the private authority. */
  readonly input: ServerInput & { readonly host: string; readonly port: number }
  readonly stop: () => Promise<void>
}

async function startPostgresScene(authority: Authority): Promise<Scene> {
  const port = await freePort()
  const tls = await authority.issue(['db.example.org', '127.0.0.1'])
  const cluster = await startPostgres({ port, password: 'of the owner', tls })
  if (cluster === null) throw new Error('there is no PostgreSQL')
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  await client.query(`create role reader login password 'pass:word/@?'; create table secrets (i integer)`)
  await client.end()
  return {
    input: {
      ...{ type: 'postgres', host: 'db.example.org', port, database: 'postgres' },
      ...{ type: 'postgres', user: 'reader', password: 'pass:word/@?', caFile: authority.caFile },
    },
    stop: cluster.stop,
  }
}

async function startMariadbScene(authority: Authority): Promise<Scene> {
  const server = await startMariadb(await authority.issue(['db.example.org', '127.0.0.1']))
  await server.execute([
    'create database people',
    "create user poor identified by 'x'",
    'create table people.secrets (i int)',
  ])
  const { port, reader } = server
  const input = { host: 'db.example.org', port, database: 'people', ...reader, caFile: authority.caFile }
  return { input: { type: 'mariadb', ...input }, stop: server.stop }
}

const scenes = [
  {
    ...{ kind: 'postgres', start: startPostgresScene, wrongDatabase: 'configuration' },
    unavailable: peopleDatabases.find(({ kind }) => kind === 'postgres')?.unavailable ?? null,
  },
  {
    ...{ kind: 'mariadb', start: startMariadbScene, wrongDatabase: 'configuration' },
    unavailable: mariadbUnavailable(),
  },
] as const

for (const { kind, start, unavailable, wrongDatabase } of scenes) {
  describeWith(kind, unavailable, `a connection to ${kind}`, () => {
    let scene: Scene
    let authority: Authority
    beforeAll(async () => {
      authority = await createAuthority(await createTempDir('authority'))
      scene = await start(authority)
    })
    afterAll(() => scene?.stop())

    async function ask(changes: Partial<ServerInput> = {}, input: ConnectionInput = scene.input) {
      const database = await openDatabase({ ...input, ...changes } as ConnectionInput, {
        world: { resolver },
      })
      try {
        return await database.query('select 1 as n', {}, patience())
      } finally {
        await database.close()
      }
    }

    it('is encrypted, and checks the certificate with a private authority', async () => {
      expect(await ask()).toEqual([{ n: 1 }])
      const database = await openDatabase(scene.input, { world: { resolver } })
      const encrypted =
        kind === 'postgres'
          ? `select case when ssl then 'yes' else 'no' end as value from pg_stat_ssl where pid = pg_backend_pid()`
          : `select case when variable_value = '' then 'no' else 'yes' end as value
              from information_schema.session_status where variable_name = 'Ssl_cipher'`
      expect(await database.query(encrypted, {}, patience())).toEqual([{ value: 'yes' }])
      await database.close()
    })

    it('passes its steps', async () => {
      const database = await openDatabase(scene.input, { world: { resolver } })
      const steps = await database.check()
      await database.close()
      expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
        'resolve ok',
        'connect ok',
        'login ok',
        'read-only ok',
      ])
    })

    it('may be one URL, with special characters as %xx', async () => {
      const { host, port, database = '', user = '', password } = scene.input
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(String(password))}`
      const scheme = kind === 'postgres' ? 'postgresql' : 'mysql'
      const url = `${scheme}://${login}@${host}:${port}/${database}`
      const { type, caFile = '' } = scene.input
      expect(await ask({}, { type, url, caFile })).toEqual([{ n: 1 }])
      await expect(ask({}, { type, url: 'http://x', caFile })).rejects.toMatchObject({
        code: 'configuration',
      })
    })

    it('is refused for an unknown authority, unless nobody is to be checked', async () => {
      await expect(ask({ caFile: undefined })).rejects.toMatchObject({
        code: 'tls',
        fix: expect.stringContaining('caFile'),
      })
      expect(await ask({ caFile: undefined, tls: 'require' })).toEqual([{ n: 1 }])
    })

    it('is refused for another name, and not for the address in the certificate', async () => {
      await expect(ask({ host: 'other.example.org' })).rejects.toMatchObject({
        code: 'tls',
        message: expect.stringContaining('another name'),
      })
      expect(await ask({ host: '127.0.0.1', tls: 'verify' })).toEqual([{ n: 1 }])
    })

    it('says that the password is wrong', async () => {
      for (const password of ['wrong', undefined]) {
        await expect(ask({ password })).rejects.toMatchObject({ code: 'credentials' })
      }
      await expect(ask({ user: 'nobody' })).rejects.toMatchObject({ code: 'credentials' })
    })

    it('says that the database does not exist', async () => {
      await expect(ask({ database: 'nowhere' })).rejects.toMatchObject({
        code: wrongDatabase,
        fix: expect.stringContaining('connection.database'),
      })
    })

    it('says that nothing listens, and in which step', async () => {
      const port = await freePort()
      await expect(ask({ port })).rejects.toMatchObject({ code: 'connect' })
      const database = await openDatabase({ ...scene.input, port }, { world: { resolver } })
      const steps = await database.check()
      await database.close()
      expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(['resolve ok', 'connect failed'])
    })

    it('says that a unix socket does not exist', async () => {
      await expect(ask({ socket: '/nonexistent/socket' })).rejects.toMatchObject({
        code: 'connect',
        fix: expect.stringContaining('connection.socket'),
      })
    })

    it('says that the user may not read a table', async () => {
      const poor = kind === 'mariadb' ? { user: 'poor', password: 'x', database: undefined } : {}
      const table = kind === 'mariadb' ? 'people.secrets' : 'secrets'
      const input = {
        ...scene.input,
        ...poor,
        database: kind === 'mariadb' ? 'information_schema' : 'postgres',
      }
      const database = await openDatabase(input, { world: { resolver } })
      await expect(database.query(`select * from ${table}`, {}, patience())).rejects.toMatchObject({
        code: 'forbidden',
        fix: expect.stringContaining('GRANT SELECT'),
      })
      await database.close()
    })

    it('never says a password', async () => {
      const failure = await ask({ password: 'hush-hush' }).catch((error: unknown) => error)
      expect(JSON.stringify([String(failure), failure])).not.toContain('hush-hush')
    })
  })
}

describe('a connection to SQLite', () => {
  const ask = async (path: string) => {
    const database = await openDatabase({ type: 'sqlite', path })
    try {
      return await database.query('select 1 as n', {}, patience())
    } finally {
      await database.close()
    }
  }

  it('says what is wrong with the file', async () => {
    const folder = await createTempDir('people')
    await writeFile(join(folder, 'text'), 'this is not a database, but a long text '.repeat(50))
    await expect(ask(join(folder, 'none.db'))).rejects.toMatchObject({ code: 'connect' })
    await expect(ask(folder)).rejects.toMatchObject({ code: 'connect' })
    await expect(ask(join(folder, 'text'))).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('no SQLite database'),
    })
  })
})
