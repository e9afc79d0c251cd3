import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend, type BackendInput } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { userId } from '../support/school.ts'
import { addAccount, engines, makeDatabase, type MadeDatabase } from './support/made-database.ts'

/** Columns of `users`, and whether such an account is a person unless the operator says otherwise. */
const kinds: Readonly<
  Record<string, [columns: Record<string, string | number | boolean | null>, person: boolean]>
> = {
  plain: [{}, true],
  guest: [{ is_guest: 1 }, false],
  bridged: [{ appservice_id: 'irc' }, false],
  support: [{ user_type: 'support' }, false],
  bot: [{ user_type: 'bot' }, false],
  customtype: [{ user_type: 'teacher' }, true],
  deactivated: [{ deactivated: 1 }, false],
  unapproved: [{ approved: false }, false],
  approvalunknown: [{ approved: null }, true],
  approved: [{ approved: true }, true],
  locked: [{ locked: true }, false],
  suspended: [{ suspended: true }, false],
  shadowbanned: [{ shadow_banned: true }, true],
  admin: [{ admin: 1 }, true],
}

for (const engine of engines) {
  describeWith(engine.name, engine.unavailable, `Accounts of a Synapse on ${engine.name}`, () => {
    let database: MadeDatabase
    const opened: Backend[] = []

    beforeAll(async () => {
      database = await makeDatabase(engine)
      for (const [localpart, [columns]] of Object.entries(kinds)) {
        const threepids = [['email', `${localpart}@kinds.example`]] as const
        await addAccount(database, { localpart, name: localpart, columns, threepids })
      }
      await addAccount(database, { localpart: 'erased', threepids: [['email', 'erased@kinds.example']] })
      await database.insert('erased_users', { user_id: userId('erased') })
      const elsewhere = { localpart: 'moved', domain: 'old.example' }
      await addAccount(database, { ...elsewhere, threepids: [['email', 'moved@kinds.example']] })
      await addAccount(database, { localpart: 'bare', name: 'Bare' })
      const bad = [
        ['email', 'not an address'],
        ['msisdn', '12'],
        ['email', 'odd@kinds.example'],
        ['pigeon', 'loft 7'],
      ] as const
      await addAccount(database, { localpart: 'Odd', name: ' Odd\u202e  One\n', threepids: bad })
      const published = { user_id: userId('plain'), medium: 'email', address: 'plain@published.example' }
      for (const server of ['id.example.org', 'vector.im']) {
        await database.insert('user_threepid_id_server', { ...published, id_server: server })
      }
    })
    afterAll(async () => {
      for (const backend of opened) await backend.close()
      await database?.close()
    })

    type Changes = Partial<Extract<BackendInput, { type: 'synapse' }>>
    const start = async (changes: Changes = {}) => {
      const backend = await startBackend({
        id: 'hs',
        type: 'synapse',
        connection: database.connection,
        ...changes,
      })
      opened.push(backend)
      return backend
    }
    const foundAmong = async (backend: Backend, addresses: readonly string[]) => {
      const asked = addresses.map((address) => ({ medium: 'email' as const, address }))
      return (await backend.findMappings?.(asked, asking()))?.map(({ address }) => address)
    }

    test('are people, unless their state says otherwise', async () => {
      const backend = await start()
      const expected = Object.keys(kinds).filter((localpart) => kinds[localpart]?.[1] === true)
      const found = await foundAmong(
        backend,
        [...Object.keys(kinds), 'erased', 'moved'].map((localpart) => `${localpart}@kinds.example`),
      )
      expect(found?.toSorted()).toEqual(expected.map((each) => `${each}@kinds.example`).toSorted())

      const { listed } = await readListing(backend)
      const people = listed.flatMap(({ person }) => (person === null ? [] : [person.mxid]))
      expect(people.toSorted()).toEqual([...expected, 'bare', 'Odd'].map(userId).toSorted())
    })

    test.each([
      ['includeLocked', 'locked'],
      ['includeSuspended', 'suspended'],
      ['includeAppservice', 'bridged'],
    ] as const)('count with %s although they are %s', async (setting, localpart) => {
      const address = [`${localpart}@kinds.example`]
      expect(await foundAmong(await start(), address)).toEqual([])
      expect(await foundAmong(await start({ [setting]: true }), address)).toEqual(address)
    })

    test('of another domain are reported, and answer nothing', async () => {
      const { listed } = await readListing(await start())
      expect(listed.find(({ key }) => key === '@moved:old.example')).toMatchObject({
        key: '@moved:old.example',
        person: null,
        rejections: [{ field: 'user', value: '@moved:old.example', reason: 'is not a user of example.org' }],
      })
    })

    test('keep their good addresses beside bad ones, and a clean name', async () => {
      const { listed } = await readListing(await start())
      const odd = listed.find(({ key }) => key === userId('Odd'))
      expect(odd?.person).toEqual({
        mxid: userId('Odd'),
        displayName: 'Odd One',
        addresses: [{ medium: 'email', address: 'odd@kinds.example' }],
      })
      expect(odd?.rejections.map(({ field, value }) => [field, value])).toEqual([
        ['email', 'not an address'],
        ['phone', '+12'],
      ])
    })

    test('have the published addresses of the named identity servers, or their own, or both', async () => {
      const own = 'plain@kinds.example'
      const published = 'plain@published.example'
      const idServers = ['ID.example.org', 'vector.im']
      const ask = async (changes: Changes) => foundAmong(await start(changes), [own, published])
      expect(await ask({})).toEqual([own])
      expect(await ask({ addresses: 'published', idServers })).toEqual([published])
      expect(await ask({ addresses: 'published', idServers: ['elsewhere.example'] })).toEqual([])
      const both = await start({ addresses: 'both', idServers })
      expect((await foundAmong(both, [own, published]))?.toSorted()).toEqual([own, published])
      const profile = await both.profile?.(userId('plain'), asking())
      expect(profile?.threepids.map(({ address }) => address).toSorted()).toEqual([own, published])
    })

    test('are not found by an address that is asked for as another medium', async () => {
      const backend = await start()
      const asked = [{ medium: 'msisdn' as const, address: 'plain@kinds.example' }]
      expect(await backend.findMappings?.(asked, asking())).toEqual([])
    })

    test('have their names where profiles know whole user IDs alone', async () => {
      const other = await makeDatabase(engine)
      await addAccount(other, { localpart: 'anna', name: 'Anna', threepids: [['email', 'anna@a.example']] })
      const columns = "'@' || user_id || ':example.org' as full_user_id, displayname, avatar_url"
      await other.run(`create table whole as select ${columns} from profiles`)
      await other.run('drop table profiles')
      await other.run('alter table whole rename to profiles')
      const backend = await start({ connection: other.connection })
      expect(await backend.profile?.(userId('anna'), asking())).toMatchObject({ displayName: 'Anna' })
      const found = await backend.search?.({ by: 'name', term: 'anna', limit: 1 }, asking())
      expect(found?.results).toMatchObject([{ displayName: 'Anna' }])
      await other.close()
    })

    test('are offered for the uses that are switched on', async () => {
      const backend = await start({ uses: { search: false, profile: false } })
      expect([backend.search, backend.profile, backend.authenticate]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(backend.findMappings).toBeDefined()
    })
  })
}
