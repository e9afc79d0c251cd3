import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

interface Page {
  readonly rows: readonly { readonly address: string; readonly mxid: string }[]
  readonly next: string | null
  readonly people: number
  readonly addresses: number
}

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  const backends = [{ id: 'list', type: 'list' as const }]
  ;({ appliance, client: admin } = await startConsole({
    config: { matrix: { domain: 'example.org' }, backends },
  }))
})
afterAll(() => appliance.stop())

const csv = (...lines: string[]) => Buffer.from(lines.join('\n')).toString('base64')
const send = (to: 'import' | 'preview', base64: string, mode = 'add') =>
  admin.post(`/api/list/list/${to}`, { base64, mode })
const read = async (query: Record<string, string> = {}) =>
  (await admin.get('/api/list/list', { query })).body as Page
const put = (row: object) => admin.put('/api/list/list/row', { displayName: null, ...row })

beforeEach(async () => {
  const rows = Array.from(
    { length: 25 },
    (_, i) => `p${String(i).padStart(2, '0')}@x.example,p${i},Person ${i}`,
  )
  const { status } = await send('import', csv('email,mxid,name', ...rows), 'replace')
  expect(status).toBe(200)
})

it('rows come page by page, each once', async () => {
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await read({ limit: '10', ...(cursor === '' ? {} : { cursor }) })
    expect(page).toMatchObject({ people: 25, addresses: 25 })
    seen.push(...page.rows.map(({ address }) => address))
    cursor = page.next
  }
  expect(seen).toHaveLength(25)
  expect(new Set(seen).size).toBe(25)
})

it('a search finds parts of addresses, Matrix IDs and names, whatever their case', async () => {
  expect((await read({ search: 'P07@X' })).rows.map(({ mxid }) => mxid)).toEqual(['@p7:example.org'])
  expect((await read({ search: 'person 2' })).rows).toHaveLength(6)
  expect(await read({ search: 'nobody' })).toMatchObject({ rows: [], next: null })
})

it('a cursor that is none of ours is refused', async () => {
  expect((await admin.get('/api/list/list', { query: { cursor: 'odd' } })).status).toBe(400)
})

it('a row is added as people write it, and an address leads to one person', async () => {
  const row = { address: '+49 170 1234567', mxid: 'Zoe', displayName: 'Zoë' }
  expect((await put(row)).body).toEqual({
    medium: 'msisdn',
    address: '491701234567',
    mxid: '@zoe:example.org',
    displayName: 'Zoë',
  })
  expect(await put({ ...row, mxid: 'other' })).toMatchObject({ status: 409 })
})

it('a changed row keeps nothing of the former one, its address neither', async () => {
  const former = { medium: 'email', address: 'p01@x.example' }
  expect((await put({ address: 'new@x.example', mxid: 'p1', former })).status).toBe(200)
  expect((await read({ search: 'p01@' })).rows).toEqual([])
  expect((await read({ search: 'new@x' })).rows).toEqual([
    { medium: 'email', address: 'new@x.example', mxid: '@p1:example.org', displayName: null },
  ])
})

it('what was mistyped is named by its field', async () => {
  const answer = await put({ address: 'not an address', mxid: '@a b' })
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid' } } })
  const { error } = answer.body as { error: { problems: { path: string }[] } }
  expect(error.problems.map(({ path }) => path)).toEqual(['address', 'mxid'])
})

it('rows are removed', async () => {
  const rows = [{ medium: 'email', address: 'p03@x.example' }]
  expect((await admin.post('/api/list/list/remove', { rows })).body).toEqual({ removed: 1 })
  expect((await admin.post('/api/list/list/remove', { rows })).body).toEqual({ removed: 0 })
})

it('a preview tells what an import does, names bad rows, and changes nothing', async () => {
  const file = csv(
    'email,mxid',
    'p00@x.example,p0',
    'new@x.example,anna',
    'no address,bob',
    'c@x.example,@c:else.example',
  )
  const { body } = await send('preview', file, 'replace')
  expect(body).toMatchObject({
    people: 3,
    problemCount: 1,
    problems: [{ line: 4, column: 'email', fix: expect.any(String) }],
    elsewhere: [{ server: 'else.example', people: 1 }],
    result: { added: 2, removed: 24 },
  })
  expect(await read()).toMatchObject({ addresses: 25 })
})

it('a file that is a spreadsheet, or broken, changes nothing', async () => {
  const workbook = Buffer.from('504b03040000', 'hex').toString('base64')
  expect(await send('import', workbook)).toMatchObject({ status: 400, body: { error: { code: 'invalid' } } })
  expect((await send('import', csv('email,mxid', '"p@x.example,p'), 'replace')).status).toBe(400)
  expect(await read()).toMatchObject({ addresses: 25 })
})

it('ten thousand rows fit into one request, and an export reads back to the same', async () => {
  const rows = Array.from(
    { length: 10_000 },
    (_, i) => `person.number.${i}@school.example.org,person${i},Person ${i}`,
  )
  expect((await send('import', csv('email,mxid,name', ...rows), 'replace')).body).toMatchObject({
    added: 10_000,
    removed: 25,
  })
  const { body } = await admin.post('/api/list/list/export')
  const base64 = Buffer.from((body as { csv: string }).csv).toString('base64')
  const again = await send('preview', base64, 'replace')
  expect(again.body).toMatchObject({ problemCount: 0, result: { added: 0, changed: 0, unchanged: 10_000 } })
})

it('there are no rows of what is no list', async () => {
  expect((await admin.get('/api/list/other')).status).toBe(404)
})
