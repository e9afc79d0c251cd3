import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'

const unavailable = inject('postgresUrl') === null ? 'it is not installed' : null
const anna = '@anna:example.org'

describeWith('PostgreSQL', unavailable, 'two Signposts on one PostgreSQL', () => {
  let database: TestDatabase
  let one: IdentityWorld
  let two: IdentityWorld
  let token: string

  beforeAll(async () => {
    database = await createPostgres()
    const storage = { type: 'postgres', url: postgresUrl(database) } as const
    const [dataDir, otherDir] = [await createTempDir(), await createTempDir()]
    one = await startIdentityWorld({ storage }, { dataDir })
    await copyFile(join(dataDir, 'signing-keys.json'), join(otherDir, 'signing-keys.json'))
    two = await startIdentityWorld({ storage }, { dataDir: otherDir })
    token = await one.login(anna)
  })

  afterAll(async () => {
    await one?.stop()
    await two?.stop()
    await database?.dispose()
  })

  test('a token of one is good at the other', async () => {
    expect(await two.api.get('/v2/account', { token })).toMatchObject({
      status: 200,
      body: { user_id: anna },
    })
  })

  test('what is bound at one is soon found by hash at the other, and gone there after unbind', async () => {
    await one.bind(token, anna, 'anna@example.org')
    expect(await one.lookup(token, 'anna@example.org')).toBe(anna)
    await eventually(async () => (await two.lookup(token, 'anna@example.org')) === anna, {
      what: 'the mapping at two',
    })
    const session = await two.validateEmail(token, 'anna@example.org')
    const threepid = { medium: 'email', address: 'anna@example.org' }
    await two.api.post('/v2/3pid/unbind', { json: { ...session, mxid: anna, threepid } })
    expect(await two.lookup(token, 'anna@example.org')).toBeNull()
    await eventually(async () => (await one.lookup(token, 'anna@example.org')) === null, {
      what: 'one forgets it, too',
    })
  })

  test('a pepper that one publishes is good at the other at once', async () => {
    await one.bind(token, anna, 'anna.b@example.org')
    await one.appliance.index.rotate()
    const details = await one.api.get('/v2/hash_details', { token })
    const { lookup_pepper: pepper } = details.body as { lookup_pepper: string }
    const json = { algorithm: 'none', pepper, addresses: ['anna.b@example.org email'] }
    expect(await two.api.post('/v2/lookup', { token, json })).toMatchObject({
      status: 200,
      body: { mappings: { 'anna.b@example.org email': anna } },
    })
  })

  test('a mail is sent once, by whichever of them', async () => {
    const sent = () =>
      [...one.mail.messages, ...two.mail.messages].filter((mail) => mail.to.includes('once@example.org'))
    await one.startEmail(token, 'once@example.org').catch(() => undefined)
    await eventually(() => sent().length > 0, { what: 'the mail' })
    await Promise.all([one.appliance.outbox.idle(), two.appliance.outbox.idle()])
    expect(sent()).toHaveLength(1)
  })

  test('a process with signing keys of its own is refused', async () => {
    const storage = { type: 'postgres', url: postgresUrl(database) } as const
    await expect(startIdentityWorld({ storage })).rejects.toMatchObject({ code: 'signing-key-differs' })
  })
})

async function createPostgres(): Promise<TestDatabase> {
  const postgres = databases().find(({ kind }) => kind === 'postgres')
  if (postgres === undefined) throw new Error('no PostgreSQL among the databases')
  return await postgres.create()
}

function postgresUrl({ options }: TestDatabase): string {
  if (options.type !== 'postgres') throw new Error('not a PostgreSQL database')
  return options.url
}
