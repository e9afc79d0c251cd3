import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'

export interface InstallationState {
  readonly rows: string
  readonly keys: string
  readonly settings: string
}

/** Without what every run draws anew: random keys and references, times of the run, sealed texts. */
export async function stateOf(dataDir: string): Promise<InstallationState> {
  const db = new BetterSqlite(join(dataDir, 'signpost.db'), { readonly: true })
  const all = (query: string) => JSON.stringify(db.prepare(query).all())
  const rows = [
    all('select * from associations order by medium, address'),
    all(
      'select token, address, room_id, sender, state, server_public_key, properties from invitations order by token',
    ),
    all('select invitation_id, state from invitation_history order by invitation_id, state'),
    all('select * from carried_keys order by public_key'),
    all('select user_id from accounts order by user_id'),
    all('select token_hash, user_id from tokens order by token_hash'),
    all('select user_id, url from accepted_terms order by user_id, url'),
    all('select sid, address from sessions order by sid'),
    all('select medium, address from mapping_changes order by medium, address'),
  ].join('\n')
  db.close()
  const keys = await read(join(dataDir, 'signing-keys.json'))
  const file = keys === '' ? [] : (JSON.parse(keys) as { keys: { id: string; seed: string }[] }).keys
  return {
    rows,
    keys: JSON.stringify(file.map(({ id, seed }) => ({ id, seed }))),
    settings: (await read(join(dataDir, 'signpost.yaml'))).replaceAll(/v1:[A-Za-z0-9+/=]+/g, 'sealed'),
  }
}

async function read(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}
