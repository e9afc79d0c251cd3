/** What Synapse's tables looked like: today, and before there were locked and suspended accounts (schema 58, 2020). */
export type Generation = 'current' | 'older'

const schemaNumbers: Readonly<Record<Generation, number>> = { current: 94, older: 58 }

/** Columns that a generation has; the first type word is good for SQLite and PostgreSQL alike. */
function columnsOf(generation: Generation): Readonly<Record<string, readonly string[]>> {
  const later = (...columns: string[]) => (generation === 'current' ? columns : [])
  return {
    schema_version: ['version integer not null', 'upgraded boolean not null'],
    users: [
      'name text unique',
      'password_hash text',
      'creation_ts bigint',
      'admin smallint not null default 0',
      'is_guest smallint not null default 0',
      'appservice_id text',
      'user_type text',
      'deactivated smallint not null default 0',
      'shadow_banned boolean',
      ...later('approved boolean', 'locked boolean not null default false'),
      ...later('suspended boolean not null default false'),
    ],
    profiles: [
      'user_id text not null unique',
      'displayname text',
      'avatar_url text',
      ...later('full_user_id text', 'fields text'),
    ],
    user_threepids: [
      'user_id text not null',
      'medium text not null',
      'address text not null',
      'validated_at bigint not null default 0',
      'added_at bigint not null default 0',
      'unique (medium, address)',
    ],
    user_threepid_id_server: [
      'user_id text not null',
      'medium text not null',
      'address text not null',
      'id_server text not null',
      'unique (user_id, medium, address, id_server)',
    ],
    erased_users: ['user_id text not null unique'],
    room_stats_state: [
      'room_id text not null unique',
      'name text',
      'canonical_alias text',
      ...later('room_type text'),
    ],
    current_state_events: [
      'event_id text not null unique',
      'room_id text not null',
      'type text not null',
      'state_key text not null',
      'membership text',
      'unique (room_id, type, state_key)',
    ],
    event_json: [
      'event_id text not null unique',
      'room_id text not null',
      'internal_metadata text not null',
      'json text not null',
    ],
  }
}

/** Statements that make the tables of a Synapse, as far as a directory looks at them. */
export function synapseTables(generation: Generation): readonly string[] {
  const tables = Object.entries(columnsOf(generation)).map(
    ([table, columns]) => `create table ${table} (${columns.join(', ')})`,
  )
  const version = `insert into schema_version (version, upgraded) values (${schemaNumbers[generation]}, true)`
  return [...tables, version]
}
