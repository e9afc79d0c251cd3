import { z } from 'zod'
import { readDisplayName } from '../person.ts'
import { readRows } from '../read-rows.ts'
import { isStorable } from '../sql/values.ts'
import type { SynapseDirectory } from './directory.ts'

const statsRow = z.object({ name: z.string().nullable(), alias: z.string().nullable() })
const eventRow = z.object({ json: z.string() })
const nameEvent = z.object({ content: z.object({ name: z.string() }) })

/**
 * The name of a room, else its main alias. Synapse's statistics have both ready, but can be switched off and lag
 * behind; the name in the state of the room is as true as it gets.
 */
export async function readRoomName(
  directory: SynapseDirectory,
  roomId: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (!isStorable(roomId)) return null
  const { statistics, state } = (await directory.outline(signal)).schema.roomNames
  const stats = statistics ? await readStats(directory, roomId, signal) : null
  const name = readDisplayName(stats?.name ?? null)
  if (name !== null) return name
  const fromState = state ? await readNameEvent(directory, roomId, signal) : null
  return readDisplayName(fromState) ?? readDisplayName(stats?.alias ?? null)
}

async function readStats(
  { database }: SynapseDirectory,
  roomId: string,
  signal: AbortSignal,
): Promise<z.output<typeof statsRow> | null> {
  const text = 'SELECT name, canonical_alias AS alias FROM room_stats_state WHERE room_id = :roomId'
  return readRows(statsRow, await database.query(text, { roomId }, signal), 'Synapse')[0] ?? null
}

async function readNameEvent(
  { database }: SynapseDirectory,
  roomId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const text = `
    SELECT e.json FROM current_state_events s JOIN event_json e ON e.event_id = s.event_id
    WHERE s.room_id = :roomId AND s.type = 'm.room.name' AND s.state_key = ''`
  const [row] = readRows(eventRow, await database.query(text, { roomId }, signal), 'Synapse')
  if (row === undefined) return null
  return nameEvent.safeParse(parseJson(row.json)).data?.content.name ?? null
}

/** Undefined for what is no JSON: events come from other servers. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
