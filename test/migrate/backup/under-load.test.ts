import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { restoreBackup } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage, type Storage } from '../../../src/storage/storage.ts'
import { createApiClient } from '../../support/api-client.ts'
import { startTestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { allRows, fillDatabase, quickKey } from './world.ts'

let world: IdentityWorld
beforeAll(async () => {
  world = await startIdentityWorld()
})
afterAll(() => world.stop())

/** Binds and invites until it is told to stop, and tells of each pair. */
async function load(token: string, user: string, stopped: () => boolean, told: () => void): Promise<void> {
  for (let n = 0; !stopped(); n++, told()) {
    await world.bind(token, user, `${user.slice(1, 6)}-${n}@load.example`)
    const invited = await world.api.post('/v2/store-invite', {
      token,
      json: {
        medium: 'email',
        address: `guest-${n}-of-${user.slice(1, 6)}@load.example`,
        room_id: '!room:example.org',
        sender: user,
      },
    })
    expect(invited.status).toBe(200)
  }
}

test('a backup that is made while people bind and invite is of one moment, and answers elsewhere with the same key', async () => {
  const { appliance, api } = world
  const { dataDir } = appliance
  const runtime = createTestRuntime(world.clock.now())
  await fillDatabase(appliance.storage, 3_000)
  await writeFile(join(dataDir, 'signpost.yaml'), 'matrix: { domain: example.org }\n')
  const users = ['@anna1:example.org', '@berta:example.org', '@clara:example.org']
  const tokens = await Promise.all(users.map((user) => world.login(user)))
  let isOver = false
  let pairs = 0
  const loads = users.map((user, index) =>
    load(
      tokens[index] ?? '',
      user,
      () => isOver,
      () => void pairs++,
    ),
  )
  const morePairs = async () => {
    const before = pairs
    await eventually(() => pairs >= before + 3, {
      what: 'binds and invitations beside the backup',
      timeoutMs: 30_000,
    })
  }

  // What the backup has to hold is read a second time, from the very state that it was read from.
  let expected: Readonly<Record<string, string>> = {}
  const storage: Storage = {
    ...appliance.storage,
    readSnapshot: (work) =>
      appliance.storage.readSnapshot(async (db) => {
        const result = await work(db)
        await morePairs()
        expected = await allRows({ readSnapshot: (read) => read(db) })
        return result
      }),
  }
  const { config, values } = await loadConfig(dataDir)
  const file = join(await createTempDir('backups'), 'load.signpost')
  const source = { dataDir, config, values, storage, runtime }
  await morePairs()
  await writeBackup(source, file, quickKey)
  isOver = true
  await Promise.all(loads)

  const elsewhere = join(await createTempDir('elsewhere'), 'data')
  await restoreBackup({
    ...{ file, key: quickKey, dataDir: elsewhere },
    runtime,
    env: {},
    when: 'now',
  })
  const restored = await openStorage({ type: 'sqlite', file: join(elsewhere, 'signpost.db') }, runtime)
  const { meta: _, ...rows } = await allRows(restored)
  const { meta: __, ...wanted } = expected
  expect(await countAssociations(restored)).toBeLessThan(await countAssociations(appliance.storage))
  await restored.close()
  expect(Object.keys(rows).length).toBeGreaterThan(10)
  for (const [table, text] of Object.entries(wanted)) expect(rows[table] === text, table).toBe(true)

  const second = await startTestAppliance({
    dataDir: elsewhere,
    config: { matrix: { domain: 'example.org' } },
  })
  try {
    const there = createApiClient(second.publicAddress)
    const path = '/v2/pubkey/ed25519:0'
    expect((await there.get(path)).body).toEqual((await api.get(path)).body)
    const query = { medium: 'email', address: 'person-7@example.org' }
    expect((await there.get('/api/v1/lookup', { query })).body).toMatchObject({
      mxid: '@person-7:example.org',
    })
  } finally {
    await second.stop()
  }
})

async function countAssociations({ db }: Storage): Promise<number> {
  const { count } = await db
    .selectFrom('associations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
