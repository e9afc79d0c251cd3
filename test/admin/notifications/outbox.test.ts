import { afterAll, beforeAll, expect, it } from 'vitest'
import { enqueueAll } from '../../../src/notify/outbox.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { eventually } from '../../support/poll.ts'
import { createLog } from '../../notify/support.ts'

interface Row {
  readonly id: string
  readonly to: string | null
  readonly what: string | null
  readonly state: string
  readonly lastError: string | null
}
interface Page {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly counts: { readonly waiting: number; readonly failed: number; readonly sent: number }
}

const HOUR_MS = 3_600_000
const runtime = { clock: systemClock, random: systemRandom, log: createLog() }

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
})
afterAll(() => appliance.stop())

async function put(count: number, prefix: string): Promise<void> {
  const now = systemClock.now()
  const messages = Array.from({ length: count }, (_, index) => ({
    kind: 'email',
    dedupeKey: `${prefix}-${index}`,
    payload: {
      to: `person${index}@school.example`,
      language: null,
      kind: 'invitation',
      values: {},
      messageId: `${prefix}-${index}@example.org`,
    },
    notBefore: now + HOUR_MS,
    expiresAt: now + 2 * HOUR_MS,
  }))
  await appliance.storage.transaction((tx) => enqueueAll(tx, runtime, messages))
}

const page = async (query: Record<string, string> = {}) =>
  (await admin.get('/api/notifications/outbox', { query })).body as Page

it('shows what waits, masked, and sends one of it at once when asked', async () => {
  await put(1, 'now')
  const [row] = (await page()).rows
  expect(row).toMatchObject({ what: 'invitation', to: 'p***@s***.example', state: 'queued', lastError: null })
  expect(JSON.stringify(await page())).not.toContain('person0')
  expect((await admin.post(`/api/notifications/outbox/${row?.id}/retry`)).status).toBe(200)
  const sent = await eventually(async () => (await page({ state: 'sent' })).rows[0], { what: 'the sent row' })
  expect(sent).toMatchObject({ id: row?.id, to: null, state: 'done' })
})

it('gives a message up, and takes it back when asked again', async () => {
  await put(1, 'given-up')
  const [row] = (await page()).rows
  expect((await admin.post(`/api/notifications/outbox/${row?.id}/give-up`)).status).toBe(200)
  await eventually(async () => (await page({ state: 'failed' })).rows.find(({ id }) => id === row?.id), {
    what: 'the row among the failed ones',
  })
  expect((await admin.post(`/api/notifications/outbox/${row?.id}/give-up`)).status).toBe(409)
  expect((await admin.post(`/api/notifications/outbox/${row?.id}/retry`)).status).toBe(200)
  await eventually(async () => (await page({ state: 'sent' })).rows.find(({ id }) => id === row?.id), {
    what: 'the row among those that were sent',
  })
  const { body } = await admin.get('/api/changes', { query: { operation: 'outbox' } })
  expect(body).toMatchObject({
    changes: [{ operation: 'outbox.retry' }, { operation: 'outbox.give-up', target: row?.id }, {}],
  })
})

it('lists ten thousand messages page by page, each once', async () => {
  const before = (await page()).counts.waiting
  for (let part = 0; part < 10; part++) await put(1_000, `many-${part}`)
  const seen = new Set<string>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const { rows, next }: Page = await page({ limit: '500', ...(cursor === '' ? {} : { cursor }) })
    for (const { id } of rows) seen.add(id)
    cursor = next
  }
  expect(seen.size).toBe(10_000 + before)
  expect((await page()).counts.waiting).toBe(10_000 + before)
})
