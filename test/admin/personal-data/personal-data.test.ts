import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { bindPeople } from '../backups/people.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
  await bindPeople(appliance.storage, 'anna', 'berta')
})
afterAll(() => appliance.stop())

interface Report {
  readonly mxids: readonly string[]
  readonly holdings: readonly { readonly name: string; readonly found: number; readonly erased: number }[]
}
const associationsIn = ({ body }: { readonly body: unknown }) =>
  (body as Report).holdings.find(({ name }) => name === 'associations')

test('a look counts what is kept of a person, by Matrix ID or address, and removes nothing', async () => {
  for (const who of ['@anna:example.org', ' Anna@example.org ']) {
    const answer = await admin.post('/api/person/look', { who })
    expect((answer.body as Report).mxids).toEqual(['@anna:example.org'])
    expect(associationsIn(answer)).toMatchObject({ found: 1, erased: 1 })
  }
})

test('what is no person is refused with the way to write one', async () => {
  const { status, body } = await admin.post('/api/person/look', { who: 'anna' })
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { problems: [{ path: 'who', fix: expect.any(String) }] } })
})

test('the export is everything, for the person', async () => {
  const { body } = await admin.post('/api/person/export', { who: '@anna:example.org' })
  const { fileName, text } = body as { fileName: string; text: string }
  expect(fileName).toMatch(/^signpost-person-.*\.json$/)
  expect(JSON.parse(text)).toMatchObject({ addresses: [{ address: 'anna@example.org' }] })
})

test('an erasure removes it, leaves others alone, and the list of changes does not say who it was', async () => {
  const answer = await admin.post('/api/person/erase', { who: 'anna@example.org' })
  expect(associationsIn(answer)).toMatchObject({ found: 1, erased: 1 })
  expect(associationsIn(await admin.post('/api/person/look', { who: '@anna:example.org' }))?.found).toBe(0)
  expect(associationsIn(await admin.post('/api/person/look', { who: '@berta:example.org' }))?.found).toBe(1)
  await admin.post('/api/person/erase', { who: '@zoe:example.org' })
  const changes = (await admin.get('/api/changes')).text
  expect(changes).toContain('person.erase')
  expect(changes).toContain('a***@e***.org')
  expect(changes).toContain('@z***:example.org')
  expect(changes).not.toMatch(/anna@|@anna|@zoe/)
})
