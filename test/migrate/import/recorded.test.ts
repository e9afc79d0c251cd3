import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTarget } from './support/import-world.ts'
import { recordedOfMa1sd, recordedOfSydent, type Recorded } from './support/recorded-answers.ts'
import { createMa1sd } from './support/ma1sd-fixture.ts'
import { createSydent } from './support/sydent-fixture.ts'
import { differences } from './support/sydent-cases.ts'

const servers = [
  { name: 'Sydent 2.6', recorded: recordedOfSydent, start: startSydent },
  { name: 'ma1sd 2.5', recorded: recordedOfMa1sd, start: startMa1sd },
]

describe.each(servers)('requests that $name has answered', ({ recorded, start }) => {
  let appliance: TestAppliance
  let api: ApiClient

  beforeAll(async () => {
    appliance = await start()
    api = createApiClient(appliance.publicAddress)
  })

  afterAll(async () => await appliance.stop())

  it.each(recorded)('$method $path: $about', async ({ method, path, request, status, body, here }) => {
    const answer = await api.request(method, path, request)
    const expected = here ?? { status, body }
    expect(answer.status).toBe(expected.status)
    expect(answer.body).toMatchObject(expected.body)
    // What is empty there has to be empty here: `toMatchObject` takes more for enough.
    if (Object.keys(expected.body).length === 0) expect(answer.body).toEqual({})
  })
})

describe('every difference', () => {
  const all: readonly Recorded[] = [...recordedOfSydent, ...recordedOfMa1sd]
  const reasons = [...all.flatMap(({ here }) => here?.why ?? []), ...Object.values(differences)]

  it.each([...new Set(reasons)])('is in the documentation: %s', async (why) => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/take-over.md'), 'utf8')
    expect(page.replaceAll(/\s+/g, ' ')).toContain(why)
  })
})

async function startSydent(): Promise<TestAppliance> {
  const sydent = await createSydent('sqlite', await createTempDir('recorded'))
  const target = await createTarget()
  await target.run({ kind: 'sydent', path: sydent.path })
  await target.storage.close()
  return await startTestAppliance({ dataDir: target.dataDir, config: { matrix: { domain: 'example.org' } } })
}

async function startMa1sd(): Promise<TestAppliance> {
  const ma1sd = await createMa1sd('sqlite', await createTempDir('recorded'))
  const target = await createTarget()
  await target.run({ kind: 'ma1sd', path: ma1sd.path })
  await target.storage.close()
  const people = { path: join(ma1sd.path, '../people.db'), type: 'sqlite' } as const
  const lookup = 'select uid as "user" from threepids where medium = :medium and address = :address'
  return await startTestAppliance({
    dataDir: target.dataDir,
    config: {
      matrix: { domain: 'example.org' },
      backends: [{ id: 'sql', type: 'sql', connection: people, queries: { lookup } }],
    },
  })
}
