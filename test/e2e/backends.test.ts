import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { slapdUnavailable, type Slapd } from '../support/slapd.ts'
import { createApiClient, type ApiClient } from '../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts'
import { lookupHash, member } from '../support/identity-world.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../support/stand-in-homeserver.ts'
import {
  dnOf,
  peopleDn,
  personLdif,
  serviceDn,
  servicePassword,
  startSchool,
} from '../backends/ldap/support/school-directory.ts'
import { startExampleServer, type ExampleServer } from '../backends/rest/example-server.ts'
import { writePeopleFile } from '../backends/support/example-people.ts'
import type { SchoolPerson } from '../backends/support/school.ts'

const partner: SchoolPerson = {
  localpart: 'petra',
  name: 'Petra Partner',
  emails: ['petra@partner.example'],
  phones: [],
  canonical: [['email', 'petra@partner.example']],
  password: 'x',
  roles: [],
}

describeWith('slapd', slapdUnavailable(), 'a school with three directories', () => {
  let slapd: Slapd
  let pupils: Sqlite.Database
  let service: ExampleServer
  let homeserver: StandInHomeserver
  let appliance: TestAppliance
  let api: ApiClient
  let token: string

  beforeAll(async () => {
    slapd = await startSchool()
    service = await startExampleServer(await writePeopleFile([partner]))
    homeserver = await startStandInHomeserver('example.org')
    const file = join(dirname(await writePeopleFile()), 'pupils.db')
    pupils = new Sqlite(file)
    pupils.exec(`create table pupils (login text primary key, mail text, gone integer);
      insert into pupils values ('paul', 'Paul@pupils.example', 0), ('pia', 'pia@pupils.example', 0)`)
    // Short for the one that is frozen; long for those that only have a slow machine around them.
    const [timeout, patient] = ['2s', '20s']
    appliance = await startTestAppliance({
      config: {
        matrix: { domain: 'example.org', pins: { 'example.org': homeserver.url } },
        backends: [
          {
            ...{ id: 'staff', type: 'ldap', servers: [slapd.ldapUrl], bases: [peopleDn], timeout },
            ...{ bindDn: serviceDn, bindPassword: servicePassword, defaultCountry: 'DE' },
            attributes: { emails: ['mail', 'schoolMail'] },
          },
          {
            ...{ id: 'pupils', type: 'sql', connection: { type: 'sqlite', path: file } },
            timeout: patient,
            table: { name: 'pupils', user: 'login', emails: ['mail'], disabled: 'gone' },
          },
          // Asked live only.
          { id: 'partners', type: 'rest', url: service.url, timeout: patient },
        ],
      },
    })
    api = createApiClient(appliance.publicAddress)
    const answer = await api.post('/v2/account/register', {
      json: {
        ...{ access_token: homeserver.openIdToken('@asker:example.org'), token_type: 'Bearer' },
        ...{ matrix_server_name: 'example.org', expires_in: 3600 },
      },
    })
    token = member(answer.body, 'token')
    await eventually(
      async () =>
        (await hashed('pia@pupils.example')) !== null && (await hashed('anna@school.example')) !== null,
      { what: 'the first sync', timeoutMs: 60_000 },
    )
  })
  afterAll(async () => {
    await appliance?.stop()
    await Promise.all([slapd?.stop(), service?.stop(), homeserver?.close()])
    pupils?.close()
  })

  async function ask(
    entry: (pepper: string) => string,
    algorithm: 'sha256' | 'none',
  ): Promise<string | null> {
    const pepper = member((await api.get('/v2/hash_details', { token })).body, 'lookup_pepper')
    const asked = entry(pepper)
    const { body } = await api.post('/v2/lookup', { token, json: { algorithm, pepper, addresses: [asked] } })
    return (body as { mappings: Record<string, string> }).mappings[asked] ?? null
  }
  const hashed = (address: string) => ask((pepper) => lookupHash(address, 'email', pepper), 'sha256')
  const plain = (address: string) => ask(() => `${address} email`, 'none')
  const v1 = async (address: string) => {
    const { body } = await api.get('/api/v1/lookup', { query: { medium: 'email', address } })
    return (body as { mxid?: string }).mxid ?? null
  }
  const syncNow = (id: string) =>
    appliance.directories.syncs.syncNow(id, { full: false, acceptRemovals: false })

  test('hashed lookups find the people of every directory that can be listed, plain ones those of all', async () => {
    for (const find of [hashed, plain, v1]) {
      expect(await find('anna@school.example')).toBe('@anna:example.org')
      expect(await find('paul@pupils.example')).toBe('@paul:example.org')
    }
    expect(await hashed('petra@partner.example')).toBeNull()
    expect(await plain('petra@partner.example')).toBe('@petra:example.org')
    expect(await v1('petra@partner.example')).toBe('@petra:example.org')
    expect(await plain('nobody@partner.example')).toBeNull()
  })

  test('they are found under a new pepper as well', async () => {
    await appliance.index.rotate()
    expect(await hashed('anna@school.example')).toBe('@anna:example.org')
    expect(await hashed('paul@pupils.example')).toBe('@paul:example.org')
  })

  test('a new person is found at once by a plain lookup, and by a hashed one after a sync', async () => {
    await slapd.change(personLdif('nina', { mail: 'nina@school.example' }))
    expect(await plain('nina@school.example')).toBe('@nina:example.org')
    expect(await hashed('nina@school.example')).toBeNull()
    expect(await syncNow('staff')).toMatchObject({ ok: true, result: { full: false, added: 1 } })
    expect(await hashed('nina@school.example')).toBe('@nina:example.org')
  })

  test('whoever leaves is gone from all answers after one sync', async () => {
    await slapd.change(`dn: ${dnOf('nina')}\nchangetype: delete\n`)
    pupils.exec("update pupils set gone = 1 where login = 'pia'")
    expect(await syncNow('staff')).toMatchObject({ ok: true, result: { removed: 1 } })
    expect(await syncNow('pupils')).toMatchObject({ ok: true, result: { removed: 1 } })
    for (const find of [hashed, plain, v1]) {
      expect(await find('nina@school.example')).toBeNull()
      expect(await find('pia@pupils.example')).toBeNull()
    }
  })

  test(
    'a directory that hangs loses nobody else’s answers, keeps its own copy, and comes back',
    { timeout: 120_000 },
    async () => {
      await slapd.freeze()
      expect(await plain('petra@partner.example')).toBe('@petra:example.org')
      expect(await plain('paul@pupils.example')).toBe('@paul:example.org')
      expect(await plain('anna@school.example')).toBe('@anna:example.org')
      expect(await hashed('anna@school.example')).toBe('@anna:example.org')
      for (let i = 0; i < 3; i++) expect(await plain(`stranger${i}@partner.example`)).toBeNull()
      const [staff] = appliance.directories.backends
      expect(staff?.state()).toMatchObject({
        breaker: expect.stringMatching(/open/),
        lastFailure: { code: 'timeout' },
      })
      slapd.thaw()
      await slapd.change(personLdif('late', { mail: 'late@school.example' }))
      await expect.poll(() => plain('late@school.example'), { timeout: 90_000 }).toBe('@late:example.org')
    },
  )

  test('a directory that dies and is started again comes back by itself', { timeout: 120_000 }, async () => {
    await slapd.kill()
    expect(await plain('petra@partner.example')).toBe('@petra:example.org')
    expect(await syncNow('staff')).toMatchObject({ ok: false })
    expect(await hashed('anna@school.example')).toBe('@anna:example.org')
    await slapd.start()
    // The first connection may still be on its way to the dead one.
    await eventually(async () => (await syncNow('staff')).ok, { what: 'a sync', timeoutMs: 60_000 })
    expect(await hashed('late@school.example')).toBe('@late:example.org')
  })

  test('an invitation that waits for an address goes out when a sync brings it', async () => {
    const invited = { medium: 'email', address: 'soon@pupils.example', room_id: '!room:example.org' }
    const stored = await api.post('/v2/store-invite', {
      token,
      json: { ...invited, sender: '@asker:example.org' },
    })
    expect(stored.status).toBe(200)
    pupils.exec("insert into pupils values ('soon', 'soon@pupils.example', 0)")
    await syncNow('pupils')
    const row = await appliance.storage.db
      .selectFrom('invitations')
      .select(['state', 'resolved_mxid'])
      .where('address', '=', 'soon@pupils.example')
      .executeTakeFirst()
    expect(row).toMatchObject({ resolved_mxid: '@soon:example.org' })
  })
})
