import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({
    config: {
      matrix: { domain: 'example.org' },
      backends: [
        { id: 'staff', type: 'list' },
        { id: 'pupils', type: 'list' },
        { id: 'down', type: 'rest', url: 'http://127.0.0.1:9' },
      ],
      directory: {
        enabled: true,
        exclude: ['@secret:example.org'],
        groups: {
          staff: { backends: [], users: ['@anna:example.org'], roles: [], hiddenFrom: ['pupils'] },
          pupils: { backends: [], users: ['@paul:example.org'], roles: [], hiddenFrom: [] },
        },
      },
    },
  }))
  const put = (id: string, address: string, mxid: string, displayName: string) =>
    admin.put(`/api/list/${id}/row`, { address, mxid, displayName })
  await put('staff', 'anna@x.example', 'anna', 'Anna Meier')
  await put('pupils', 'anna@x.example', 'paul', 'Paul Meier')
  await put('pupils', 'secret@x.example', 'secret', 'Sec Meier')
})
afterAll(() => appliance.stop())

const explain = (address: string) => admin.post('/api/lookup/explain', { address })
const searchAs = (userId: string, term = 'meier') => admin.post('/api/lookup/search', { userId, term })
const seenBy = async (userId: string) =>
  ((await searchAs(userId)).body as { seen: { mxid: string }[] }).seen.map(({ mxid }) => mxid)

it('an explanation has the answer, and what each source said, the failing one with its fix', async () => {
  const { status, body } = await explain(' Anna@X.example ')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    address: { medium: 'email', address: 'anna@x.example' },
    answer: { mxid: '@anna:example.org', source: 'staff' },
    opinions: [
      { source: 'association', outcome: 'unknown' },
      { source: 'staff', where: 'storage', outcome: 'found', mxids: ['@anna:example.org'] },
      { source: 'pupils', outcome: 'found', mxids: ['@paul:example.org'] },
      { source: 'down', where: 'directory', outcome: 'failed', failure: { fix: expect.any(String) } },
    ],
  })
})

it('an address nobody knows has no answer, and something else is refused with an example', async () => {
  expect((await explain('+49 170 1234567')).body).toMatchObject({ answer: null })
  expect(await explain('anna')).toMatchObject({
    status: 400,
    body: { error: { problems: [{ path: 'address', fix: expect.stringContaining('anna@example.org') }] } },
  })
})

it('a search as somebody shows whom they find, and whom the groups and exclusions keep from them', async () => {
  expect(await seenBy('@stranger:example.org')).toEqual(['@anna:example.org', '@paul:example.org'])
  const { body } = await searchAs('paul')
  expect(body).toMatchObject({
    userId: '@paul:example.org',
    enabled: true,
    seen: [],
    hidden: expect.arrayContaining([
      expect.objectContaining({ mxid: '@anna:example.org', why: 'group' }),
      expect.objectContaining({ mxid: '@secret:example.org', why: 'excluded' }),
    ]),
  })
})

it('nobody finds themselves, and what is no user is refused', async () => {
  expect(await seenBy('anna')).toEqual(['@paul:example.org'])
  expect((await searchAs('@a b')).status).toBe(400)
})
