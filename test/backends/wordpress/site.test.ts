import { randomBytes } from 'node:crypto'
import { bcrypt } from 'hash-wasm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import type { Medium } from '../../../src/matrix/threepid.ts'
import { mariadbUnavailable, startMariadb, type MariadbServer } from '../../support/mariadb.ts'
import { json } from '../../support/http-peer.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { userId } from '../support/school.ts'
import { startJwtSite } from './support/jwt-site.ts'
import {
  makeWordpress,
  phpRoles,
  wordpressHash,
  type WordpressDatabase,
  type WordpressInput,
  type WordpressOptions,
} from './support/wordpress-database.ts'

describeWith('MariaDB', mariadbUnavailable(), 'The database of a WordPress site', () => {
  let server: MariadbServer
  const opened: { close(): Promise<void> }[] = []

  beforeAll(async () => {
    server = await startMariadb()
    // MySQL's own, and much less than MariaDB's.
    await server.execute(['set global group_concat_max_len = 1024'])
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
  afterAll(() => server?.stop())

  const make = async (options: WordpressOptions = {}) => {
    const database = await makeWordpress(server, options)
    opened.push(database)
    return database
  }
  const start = async ({ connection }: WordpressDatabase, changes: Partial<WordpressInput> = {}) => {
    const backend = await startBackend({
      ...{ id: 'blog', type: 'wordpress', login: 'none', connection },
      ...changes,
    })
    opened.push(backend)
    return backend
  }
  const find = async (backend: Backend, address: string, medium: Medium = 'email') =>
    (await backend.findMappings?.([{ medium, address }], asking()))?.map(({ mxid }) => mxid)
  const search = async (backend: Backend, by: 'name' | 'address', term: string, limit = 10) => {
    const answer = await backend.search?.({ by, term, limit }, asking())
    return { limited: answer?.limited, found: answer?.results.map(({ mxid }) => mxid) }
  }
  const check = async (backend: Backend) => {
    const steps: CheckStep[] = []
    for await (const step of backend.check(asking())) steps.push(step)
    return steps
  }

  describe('users', () => {
    test('count unless they are spam, deleted or not activated, in a network of sites too', async () => {
      const database = await make({ network: true })
      const states = { plain: {}, spam: { spam: 1 }, deleted: { deleted: 1 }, pending: { user_status: 2 } }
      for (const [login, columns] of Object.entries(states)) {
        await database.addUser({ login, name: login, email: `${login}@a.example`, columns })
      }
      const backend = await start(database)
      for (const login of Object.keys(states)) {
        const expected = login === 'plain' ? [userId(login)] : []
        expect(await find(backend, `${login}@a.example`), login).toEqual(expected)
        expect((await search(backend, 'name', login)).found, login).toEqual(expected)
        expect((await backend.profile?.(userId(login), asking())) !== null, login).toBe(login === 'plain')
      }
      const { listed } = await readListing(backend)
      expect(listed.map(({ person }) => person?.mxid)).toEqual([userId('plain')])
      expect((await check(backend)).find(({ step }) => step === 'count')?.detail).toBe(
        '1 of 4 users count; the others are spam, deleted or not activated.',
      )
    })

    test('are listed by number, those without a usable name with the reason', async () => {
      const database = await make()
      const names = ['Anna', 'with space', 'bob']
      const ids: number[] = []
      for (const login of names) ids.push(await database.addUser({ login, name: login, email: '' }))
      const { listed } = await readListing(await start(database))
      expect(listed.map(({ key, person }) => [key, person?.mxid ?? null])).toEqual([
        [String(ids[0]), userId('anna')],
        [String(ids[1]), null],
        [String(ids[2]), userId('bob')],
      ])
      expect(listed[1]?.rejections).toMatchObject([{ field: 'user', value: 'with space' }])
    })

    test('can be called by the name in their addresses, and by encoded names', async () => {
      const database = await make()
      const user = {
        login: 'anna@school.example',
        nicename: 'anna-school',
        email: 'anna@a.example',
        name: 'Anna',
      }
      await database.addUser(user)
      expect(await find(await start(database), 'anna@a.example')).toEqual([])
      const nice = await start(database, { userColumn: 'user_nicename' })
      expect(await find(nice, 'anna@a.example')).toEqual([userId('anna-school')])
      expect(await nice.profile?.(userId('anna-school'), asking())).toMatchObject({ displayName: 'Anna' })
      const encoded = await start(database, { unsuitable: 'encode' })
      expect(await find(encoded, 'anna@a.example')).toEqual([userId('anna=40school.example')])
      const profile = await encoded.profile?.(userId('anna=40school.example'), asking())
      expect(profile).toMatchObject({ displayName: 'Anna' })
    })

    test('are not taken for others whose names the database holds for the same', async () => {
      const database = await make()
      await database.addUser({ login: 'José', name: 'José', email: 'josé@a.example' })
      await database.addUser({ login: 'jose', name: 'Jose', email: 'jose@a.example' })
      const backend = await start(database)
      expect(await find(backend, 'jose@a.example')).toEqual([userId('jose')])
      expect(await backend.profile?.(userId('jose'), asking())).toMatchObject({ displayName: 'Jose' })
    })

    test.each(['utf8mb4_unicode_ci', 'utf8mb4_general_ci', 'latin1_swedish_ci'])(
      'are found by an address in any case, in tables of %s',
      async (collation) => {
        const database = await make(collation.startsWith('utf8mb4') ? { collation } : {})
        if (!collation.startsWith('utf8mb4')) {
          await database.run(`alter table wp_users convert to character set latin1 collate ${collation}`)
          await database.run(`alter table wp_usermeta convert to character set latin1 collate ${collation}`)
        }
        await database.addUser({ login: 'zoe', name: 'ZOË', email: 'Zoë@BÜCHER.example' })
        const backend = await start(database)
        expect(await find(backend, 'zoë@xn--bcher-kva.example')).toEqual([userId('zoe')])
        expect(await search(backend, 'name', 'zoë')).toEqual({ limited: false, found: [userId('zoe')] })
      },
    )

    test('have the tables of their own prefix', async () => {
      const database = await make({ prefix: 'Blog7_' })
      const meta = { Blog7_capabilities: phpRoles(['editor']), wp_capabilities: phpRoles(['administrator']) }
      await database.addUser({ login: 'anna', name: 'Anna', email: 'anna@a.example', meta })
      const backend = await start(database, { tablePrefix: 'Blog7_' })
      expect(await backend.profile?.(userId('anna'), asking())).toMatchObject({ roles: ['editor'] })
    })
  })

  describe('phone numbers', () => {
    const spellings = [
      '+49 170 1234567',
      '0170/123 45-67',
      '(0170) 1234.567',
      '0049 170\u00a01234567',
      '491701234567',
    ]

    test.each(spellings)('are found as %j', async (phone) => {
      const database = await make()
      await database.addUser({ login: 'anna', name: 'Anna', email: '', meta: { mobile: phone } })
      await database.addUser({ login: 'other', name: 'Other', email: '', meta: { mobile: '0171 1234567' } })
      const international = phone === '491701234567'
      const backend = await start(database, { phoneMeta: ['mobile'], defaultCountry: 'DE' })
      // Digits alone may lack a plus or a zero: nobody is named for a number that can be read in two ways.
      const expected = international ? [] : [userId('anna')]
      expect(await find(backend, '491701234567', 'msisdn')).toEqual(expected)
      expect((await search(backend, 'address', '170 1234567')).found).toEqual([userId('anna')])
    })

    test('count in the named fields alone, and a number in two fields once', async () => {
      const database = await make()
      const meta = { mobile: '+49 170 1234567', billing_phone: '0170 1234567', fax: '+49 30 901820' }
      await database.addUser({ login: 'anna', name: 'Anna', email: '', meta })
      const none = await start(database, { defaultCountry: 'DE' })
      expect(await find(none, '491701234567', 'msisdn')).toEqual([])
      const backend = await start(database, { phoneMeta: ['mobile', 'billing_phone'], defaultCountry: 'DE' })
      expect(await find(backend, '491701234567', 'msisdn')).toEqual([userId('anna')])
      expect(await find(backend, '4930901820', 'msisdn')).toEqual([])
    })

    test('survive a field that was filled with something else', async () => {
      const database = await make()
      const meta = { notes: `call me\n${'0'.repeat(5_000)}`, mobile: '+49 170 1234567' }
      await database.addUser({ login: 'anna', name: 'Anna', email: '', meta })
      const backend = await start(database, { phoneMeta: ['notes', 'mobile'] })
      expect(await find(backend, '491701234567', 'msisdn')).toEqual([userId('anna')])
    })
  })

  describe('searches', () => {
    test('look at names in the profile too', async () => {
      const database = await make()
      const meta = { first_name: 'Sören', last_name: 'Größe', nickname: 'The_Tall', description: 'secret' }
      await database.addUser({ login: 'sg', name: 'SG', email: 'sg@a.example', meta })
      const backend = await start(database)
      for (const term of ['SÖREN', 'größ', 'the_tall', 'sg']) {
        expect((await search(backend, 'name', term)).found, term).toEqual([userId('sg')])
      }
      for (const term of ['secret', 'the%tall', 'theXtall']) {
        expect((await search(backend, 'name', term)).found, term).toEqual([])
      }
    })

    test('say that there are more exactly when there are, past names that cannot be used', async () => {
      const database = await make()
      for (let i = 0; i < 30; i++) {
        const login = i % 10 === 9 ? `user${i}` : `unusable user ${i}`
        await database.addUser({ login, name: `Many ${i}`, email: '' })
      }
      const backend = await start(database)
      const all = ['user9', 'user19', 'user29'].map(userId)
      expect(await search(backend, 'name', 'many', 3)).toEqual({ limited: false, found: all })
      expect(await search(backend, 'name', 'many', 2)).toEqual({ limited: true, found: all.slice(0, 2) })
    })
  })

  describe('logins', () => {
    const cheap = { costFactor: 5, outputType: 'encoded' } as const
    const logIn = async (backend: Backend, localpart: string, password: string) => {
      const login = { userId: userId(localpart), localpart, domain: 'example.org', password }
      return backend.authenticate?.(login, asking())
    }

    test('against the database cut white space off, as WordPress does', async () => {
      const database = await make()
      const hash = await wordpressHash('secret')
      await database.addUser({ login: 'anna', name: 'Anna', email: 'Anna@A.example', hash })
      const backend = await start(database, { login: 'database' })
      expect(await logIn(backend, 'anna', ' secret\n')).toEqual({
        success: true,
        mxid: userId('anna'),
        displayName: 'Anna',
        threepids: [{ medium: 'email', address: 'anna@a.example' }],
      })
      const bare = await bcrypt({ ...cheap, password: 'secret', salt: randomBytes(16) })
      await database.addUser({ login: 'old', name: 'Old', email: '', hash: bare })
      expect(await logIn(backend, 'old', '\tsecret ')).toMatchObject({ success: true })
      expect(await logIn(backend, 'anna', '\u00a0secret')).toMatchObject({ reason: 'wrong-password' })
      expect(await logIn(backend, 'anna', '   ')).toMatchObject({ reason: 'wrong-password' })
    })

    test('against the database refuse users without a password and users that are spam', async () => {
      const database = await make({ network: true })
      const hash = await wordpressHash('secret')
      await database.addUser({ login: 'sso', name: 'SSO', email: '' })
      await database.addUser({ login: 'spam', name: 'Spam', email: '', hash, columns: { spam: 1 } })
      const backend = await start(database, { login: 'database' })
      expect(await logIn(backend, 'sso', 'secret')).toEqual({ success: false, reason: 'not-allowed' })
      expect(await logIn(backend, 'spam', 'secret')).toEqual({ success: false, reason: 'unknown-user' })
    })

    test('through the site use the name that it knows, and tell what the database tells', async () => {
      const { site, backend } = await withSite({
        login: 'bob',
        nicename: 'robert',
        email: 'robert@a.example',
      })
      site.answer(tokenOf('robert'))
      expect(await logIn(backend, 'robert', 'secret')).toEqual({
        success: true,
        mxid: userId('robert'),
        displayName: 'Robert',
        threepids: [
          { medium: 'email', address: 'robert@a.example' },
          { medium: 'msisdn', address: '491701234567' },
        ],
      })
      expect(site.seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        { username: 'bob', password: 'secret' },
      ])
      expect(await logIn(backend, 'bob', 'secret')).toEqual({ success: false, reason: 'unknown-user' })
      expect(site.seen).toHaveLength(1)
    })

    test('through the site are refused when it found somebody else by that name', async () => {
      const { site, backend } = await withSite({ login: 'bob@b.example', nicename: 'bob', email: '' })
      // The name of one user is the e-mail address of another, whose password was typed.
      site.answer(tokenOf('mallory'))
      expect(await logIn(backend, 'bob', 'of mallory')).toEqual({ success: false, reason: 'wrong-password' })
    })

    const withSite = async (user: { login: string; nicename: string; email: string }) => {
      const site = await startJwtSite()
      opened.push(site)
      const database = await make()
      await database.addUser({ ...user, name: 'Robert', meta: { mobile: '+49 170 1234567' } })
      const backend = await start(database, {
        ...{ login: 'jwt', url: site.url, userColumn: 'user_nicename', phoneMeta: ['mobile'] },
      })
      return { site, backend }
    }
    const tokenOf = (nicename: string) =>
      json(200, {
        token: 'a.b.c',
        user_email: 'x@a.example',
        user_nicename: nicename,
        user_display_name: 'X',
      })
  })

  describe('the check', () => {
    test('shows some users', async () => {
      const database = await make()
      await database.addUser({ login: 'anna', name: 'Anna', email: 'anna@a.example' })
      const last = (await check(await start(database))).at(-1)
      expect(last).toMatchObject({
        step: 'sample',
        sample: [{ mxid: userId('anna'), addresses: ['email anna@a.example'], problems: [] }],
      })
    })

    test('fails when the tables have another prefix, and so does every question', async () => {
      const backend = await start(await make({ prefix: 'wp7_' }))
      expect((await check(backend)).at(-1)).toMatchObject({
        step: 'tables',
        outcome: 'failed',
        fix: expect.stringContaining('tablePrefix') as unknown,
      })
      await expect(find(backend, 'anna@a.example')).rejects.toMatchObject({ code: 'configuration' })
    })

    test('warns about a site without users', async () => {
      const steps = await check(await start(await make()))
      expect(steps.find(({ step }) => step === 'count')).toMatchObject({ outcome: 'warning' })
    })
  })
})
