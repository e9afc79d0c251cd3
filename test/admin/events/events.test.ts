import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventCatalogue, type EventType } from '../../../src/admin/events/catalogue.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'
import { openEvents, type OpenEvents } from './support/open-events.ts'

let appliance: TestAppliance
let admin: AdminClient
const open: OpenEvents[] = []

beforeAll(async () => {
  appliance = await startTestAppliance()
  admin = await signInAsAdmin(appliance)
})
afterAll(async () => {
  for (const each of open) each.close()
  await appliance.stop()
})

async function listen(lastEventId?: string): Promise<OpenEvents> {
  const events = await openEvents(admin, lastEventId)
  open.push(events)
  return events
}

const refuse = () => fetch(`${appliance.publicAddress}/_matrix/identity/v2/hash_details`)
const doctor = (failing: number) => appliance.live.hub.publish('doctor', { at: 1, worst: 'pass', failing })

describe('live events', () => {
  it('bring new rows of the activity log', async () => {
    const events = await listen()
    await refuse()
    await eventually(() => events.of('activity').length > 0, { what: 'an activity event' })
    expect(events.of('activity')[0]).toMatchObject({
      rows: [{ kind: 'lookup', code: 'M_UNAUTHORIZED' }],
      skipped: 0,
    })
  })

  it('bring the numbers when they change, and only then', async () => {
    const events = await listen()
    const numbers = () => events.of('numbers') as { refusedToday: number }[]
    const before = (await admin.get('/api/overview')).body as { numbers: { refusedToday: number } }
    await refuse()
    await eventually(() => numbers().some(({ refusedToday }) => refusedToday > before.numbers.refusedToday), {
      what: 'the refusal among the numbers',
    })
    const texts = numbers().map((each) => JSON.stringify(each))
    expect(texts.some((text, index) => text === texts[index + 1])).toBe(false)
  })

  it('have the shapes of the catalogue', async () => {
    const events = await listen()
    doctor(0)
    await refuse()
    await eventually(() => events.all().some(({ type }) => type === 'activity'), { what: 'events' })
    for (const { type, data } of events.all()) {
      expect(eventCatalogue[type as EventType].safeParse(data).error).toBeUndefined()
    }
  })

  it('go on after the last one that was seen', async () => {
    const first = await listen()
    doctor(1)
    await eventually(() => first.of('doctor').length === 1, { what: 'the first event' })
    const lastId = first.all().find(({ type }) => type === 'doctor')?.id
    first.close()
    doctor(2)
    const second = await listen(lastId)
    await eventually(() => second.of('doctor').length === 1, { what: 'the event that was missed' })
    expect(second.of('doctor')).toEqual([{ at: 1, worst: 'pass', failing: 2 }])
  })

  it('begin with a reset where the gap cannot be filled', async () => {
    const restarted = await listen('0123456789ab-5')
    await eventually(() => restarted.of('reset').length === 1, { what: 'a reset' })
    expect(restarted.of('reset')).toEqual([{ reason: 'restarted' }])
    doctor(0)
    await eventually(() => restarted.of('doctor').length > 0, { what: 'an event' })
    const epoch = restarted
      .all()
      .find(({ type }) => type === 'doctor')
      ?.id.split('-')[0]
    for (let i = 0; i < 600; i++) doctor(i)
    const gap = await listen(`${epoch}-1`)
    await eventually(() => gap.of('reset').length === 1, { what: 'a reset' })
    expect(gap.of('reset')).toEqual([{ reason: 'gap' }])
  })

  it('tell that settings were changed, and what waits for a restart', async () => {
    const events = await listen()
    await appliance.configure({ activity: { level: 'debug' } })
    await eventually(() => events.of('change').length === 1, { what: 'the change' })
    expect(events.of('change')).toEqual([{ keys: ['activity.level'], restartNeeded: true }])
  })

  it('tell at most four times a second of rows, however many there are', async () => {
    const events = await listen()
    const row = (await admin.get('/api/activity', { query: { limit: '1' } })).body as { rows: never[] }
    for (let i = 0; i < 1_000; i++) appliance.live.written(row.rows)
    await eventually(() => events.of('activity').length >= 2, { what: 'the second event' })
    const [first, second] = events.of('activity') as { rows: unknown[]; skipped: number }[]
    expect(first?.rows).toHaveLength(1)
    expect((second?.rows.length ?? 0) + (second?.skipped ?? 0)).toBe(999)
    expect(second?.rows).toHaveLength(60)
  })

  it('end when Signpost stops, and do not hold it up', async () => {
    const other = await startTestAppliance()
    const events = await openEvents(await signInAsAdmin(other))
    await other.stop()
    await eventually(() => events.ended(), { what: 'the end of the stream' })
  })
})
