import { hashToken, newToken } from '../../accounts/tokens.ts'
import type { Config } from '../../config/schema.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'

/** A browser in which an administrator is signed in. Times are milliseconds since the epoch. */
export interface Session {
  /** Names it in lists; it is not the token. */
  readonly id: string
  readonly adminId: string
  /** Of the administrator. */
  readonly name: string
  readonly createdAt: number
  readonly seenAt: number
  /** Until when dangerous actions need no password. */
  readonly confirmedUntil: number | null
  readonly clientAddress: string
  readonly userAgent: string
}

export interface NewSession {
  readonly adminId: string
  readonly clientAddress: string
  readonly userAgent: string
  /** Whether the password was typed just now. */
  readonly confirmed: boolean
}

export interface Sessions {
  /** The session of a token; null when there is none, or its time is over. Counts as use. */
  find(token: string): Promise<Session | null>
  /** Returns the token, which is kept nowhere else, and the id. */
  start(session: NewSession): Promise<{ readonly token: string; readonly id: string }>
  /** Allows dangerous actions for some minutes; returns until when. */
  confirm(id: string): Promise<number>
  list(adminId: string): Promise<readonly Session[]>
  /** False when there is no such session of this administrator. */
  end(adminId: string, id: string): Promise<boolean>
  endOthers(adminId: string, id: string): Promise<void>
}

/** How long a typed password allows dangerous actions. */
export const CONFIRMED_MS = 600_000

/** Being seen is written this seldom: a console that asks every second must not write every second. */
const SEEN_EVERY_MS = 60_000
const LONGEST_USER_AGENT = 300

export function createSessions(storage: Storage, runtime: Runtime, config: () => Config): Sessions {
  const { db } = storage
  const { clock, random } = runtime

  /** With rows that are alive, by both limits. */
  function alive() {
    const { idle, lifetime } = config().admin.session
    return db
      .selectFrom('admin_sessions')
      .innerJoin('admins', 'admins.id', 'admin_sessions.admin_id')
      .selectAll('admin_sessions')
      .select('admins.name')
      .where('seen_at', '>', clock.now() - idle)
      .where('admin_sessions.created_at', '>', clock.now() - lifetime)
  }

  return {
    async find(token) {
      const row = await alive().where('token_hash', '=', hashToken(token)).executeTakeFirst()
      if (row === undefined) return null
      const now = clock.now()
      if (now - row.seen_at >= Math.min(SEEN_EVERY_MS, config().admin.session.idle / 4)) {
        await db.updateTable('admin_sessions').set({ seen_at: now }).where('id', '=', row.id).execute()
      }
      return asSession(row)
    },
    async start({ adminId, clientAddress, userAgent, confirmed }) {
      const [token, id, now] = [newToken(runtime), random.bytes(9).toString('base64url'), clock.now()]
      await db
        .insertInto('admin_sessions')
        .values({
          id,
          token_hash: hashToken(token),
          admin_id: adminId,
          created_at: now,
          seen_at: now,
          confirmed_until: confirmed ? now + CONFIRMED_MS : null,
          client_address: clientAddress,
          user_agent: userAgent.slice(0, LONGEST_USER_AGENT),
        })
        .execute()
      return { token, id }
    },
    async confirm(id) {
      const until = clock.now() + CONFIRMED_MS
      await db.updateTable('admin_sessions').set({ confirmed_until: until }).where('id', '=', id).execute()
      return until
    },
    async list(adminId) {
      const rows = await alive().where('admin_id', '=', adminId).orderBy('seen_at', 'desc').execute()
      return rows.map(asSession)
    },
    async end(adminId, id) {
      const ended = await db
        .deleteFrom('admin_sessions')
        .where('id', '=', id)
        .where('admin_id', '=', adminId)
        .executeTakeFirst()
      return ended.numDeletedRows > 0n
    },
    async endOthers(adminId, id) {
      await db.deleteFrom('admin_sessions').where('admin_id', '=', adminId).where('id', '!=', id).execute()
    },
  }
}

interface SessionRow {
  id: string
  admin_id: string
  name: string
  created_at: number
  seen_at: number
  confirmed_until: number | null
  client_address: string
  user_agent: string
}

const asSession = (row: SessionRow): Session => ({
  id: row.id,
  adminId: row.admin_id,
  name: row.name,
  createdAt: row.created_at,
  seenAt: row.seen_at,
  confirmedUntil: row.confirmed_until,
  clientAddress: row.client_address,
  userAgent: row.user_agent,
})
