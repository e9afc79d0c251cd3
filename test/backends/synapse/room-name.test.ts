import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend } from '../support/context.ts'
import { engines, makeDatabase, type MadeDatabase } from './support/made-database.ts'

/** What Synapse knows of rooms, and how each is called. */
const rooms: Readonly<
  Record<
    string,
    { stats?: [name: string | null, alias: string | null]; event?: string; called: string | null }
  >
> = {
  'with a name in the statistics': { stats: ['Staff room', '#staff:example.org'], called: 'Staff room' },
  'with its name in the state alone': {
    stats: [null, '#tea:example.org'],
    event: '{"content": {"name": "T\\u00e9a"}}',
    called: 'Téa',
  },
  'that the statistics do not know yet': { event: '{"content": {"name": "New"}}', called: 'New' },
  'with an alias alone': { stats: [null, '#alias:example.org'], called: '#alias:example.org' },
  'whose name was taken away': {
    stats: ['', '#left:example.org'],
    event: '{"content": {}}',
    called: '#left:example.org',
  },
  'with a name that is no text': { event: '{"content": {"name": ["a"]}}', called: null },
  'with an event that is no JSON': { event: '{"content"', called: null },
  'with lines and overrides in its name': { stats: ['a\r\nBcc: b\u202e', null], called: 'a Bcc: b' },
  'that is not there': { called: null },
}

for (const engine of engines) {
  describeWith(engine.name, engine.unavailable, `Names of rooms in a Synapse on ${engine.name}`, () => {
    let database: MadeDatabase
    let backend: Backend

    beforeAll(async () => {
      database = await makeDatabase(engine)
      for (const [label, { stats, event }] of Object.entries(rooms)) {
        const room = { room_id: roomId(label) }
        if (stats !== undefined) {
          const [name, alias] = stats
          await database.insert('room_stats_state', { ...room, name, canonical_alias: alias })
        }
        if (event === undefined) continue
        const eventId = `$${label}`
        const state = { ...room, event_id: eventId, type: 'm.room.name', state_key: '' }
        await database.insert('current_state_events', state)
        await database.insert('event_json', {
          ...room,
          event_id: eventId,
          internal_metadata: '{}',
          json: event,
        })
      }
      backend = await startBackend({ id: 'hs', type: 'synapse', connection: database.connection })
    })
    afterAll(async () => {
      await backend?.close()
      await database?.close()
    })

    test.each(Object.entries(rooms))('a room %s', async (label, { called }) => {
      expect(await backend.roomName?.(roomId(label), asking())).toBe(called)
    })
  })
}

const roomId = (label: string) => `!${label}:example.org`
