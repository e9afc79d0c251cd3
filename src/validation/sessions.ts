import { hash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { MatrixError } from '../matrix/errors.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, SessionTable } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { takeTurns } from '../storage/take-turns.ts'

/** A session that its owner has completed. */
export interface ValidatedSession extends ThreePid {
  readonly sid: string
  /** Milliseconds. */
  readonly validatedAt: number
}

/** What a right code has proved, and where the person is to be sent on. */
export interface CompletedSession extends ThreePid {
  readonly nextLink: string | null
}

export interface SessionRules {
  /** Milliseconds since creation or the last validation, whichever is later. */
  readonly lifetime: number
  /** Wrong codes after which a session is closed. */
  readonly maxAttempts: number
}

export interface OpenedSession {
  readonly sid: string
  /** Whether this attempt is the first of its number, so that a message has to go out. */
  readonly send: boolean
}

/** What is stored of a `client_secret`. */
export function hashClientSecret(clientSecret: string): string {
  return hash('sha256', clientSecret, 'hex')
}

/**
 * Opens the session of (address, client secret), or finds the one that is open. A message goes out only when
 * `sendAttempt` is above every earlier one (Identity Service API, `requestToken`). A session that is over gives way
 * to another one.
 */
export async function openSession(
  tx: Transaction<Database>,
  runtime: Runtime,
  rules: SessionRules,
  request: ThreePid & { clientSecret: string; sendAttempt: number; nextLink: string | null },
): Promise<OpenedSession> {
  const { medium, address } = request
  const secretHash = hashClientSecret(request.clientSecret)
  const now = runtime.clock.now()
  await takeTurns(tx, `session ${medium} ${address} ${secretHash}`)
  const existing = await tx
    .selectFrom('sessions')
    .selectAll()
    .where('medium', '=', medium)
    .where('address', '=', address)
    .where('client_secret_hash', '=', secretHash)
    .executeTakeFirst()
  if (existing !== undefined && !isOver(existing, rules, now)) {
    if (request.sendAttempt <= existing.send_attempt) return { sid: existing.sid, send: false }
    await tx
      .updateTable('sessions')
      .set({ send_attempt: request.sendAttempt, next_link: request.nextLink ?? existing.next_link })
      .where('sid', '=', existing.sid)
      .execute()
    return { sid: existing.sid, send: true }
  }
  if (existing !== undefined) await tx.deleteFrom('sessions').where('sid', '=', existing.sid).execute()
  const sid = runtime.random.bytes(16).toString('base64url')
  await tx
    .insertInto('sessions')
    .values({
      sid,
      medium,
      address,
      client_secret_hash: secretHash,
      send_attempt: request.sendAttempt,
      next_link: request.nextLink,
      created_at: now,
      modified_at: now,
      validated_at: null,
      failed_attempts: 0,
    })
    .execute()
  return { sid, send: true }
}

/** The message of an attempt was refused: the same attempt may be made again. */
export async function takeBackAttempt(db: Kysely<Database>, sid: string, sendAttempt: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ send_attempt: sendAttempt - 1 })
    .where('sid', '=', sid)
    .where('send_attempt', '=', sendAttempt)
    .execute()
}

/**
 * Tries a code. Every try is counted before it is compared, so that parallel guesses cannot share one count.
 * @throws MatrixError `M_INVALID_PARAM` for an unknown pair of sid and secret (which of the two was wrong stays
 * hidden), `M_SESSION_EXPIRED`, `M_TOKEN_INCORRECT`.
 */
export async function completeSession(
  storage: Storage,
  runtime: Runtime,
  rules: SessionRules,
  given: { sid: string; clientSecret: string },
  isRightCode: (medium: Medium) => boolean,
  limit: (address: string) => void,
): Promise<CompletedSession> {
  const session = await findSession(storage.db, given.sid, given.clientSecret)
  if (session === null) {
    throw new MatrixError('M_INVALID_PARAM', {
      message: 'There is no session with this sid and client_secret.',
    })
  }
  if (isOver(session, rules, runtime.clock.now())) throw new MatrixError('M_SESSION_EXPIRED')
  // A session is cheap to open: without a limit on the address, another one would bring another ten guesses.
  limit(session.address)
  const right = isRightCode(session.medium as Medium)
  const accepted = await storage.transaction(async (tx) => {
    const counted = await tx
      .updateTable('sessions')
      .set((eb) => ({ failed_attempts: eb('failed_attempts', '+', 1) }))
      .where('sid', '=', session.sid)
      .where('failed_attempts', '<', rules.maxAttempts)
      .executeTakeFirst()
    if (counted.numUpdatedRows === 0n) return false
    if (!right) return true
    const now = runtime.clock.now()
    await tx
      .updateTable('sessions')
      .set({ validated_at: now, modified_at: now, failed_attempts: 0 })
      .where('sid', '=', session.sid)
      .execute()
    return true
  })
  if (!accepted) throw new MatrixError('M_SESSION_EXPIRED')
  if (!right) throw new MatrixError('M_TOKEN_INCORRECT')
  return { medium: session.medium as Medium, address: session.address, nextLink: session.next_link }
}

/**
 * The session behind a sid and secret, when it has been completed and is not over.
 * @throws MatrixError `M_NO_VALID_SESSION`, `M_SESSION_EXPIRED`, `M_SESSION_NOT_VALIDATED`.
 */
export async function validatedSession(
  db: Kysely<Database>,
  runtime: Runtime,
  rules: SessionRules,
  given: { sid: string; clientSecret: string },
): Promise<ValidatedSession> {
  const session = await findSession(db, given.sid, given.clientSecret)
  if (session === null) throw new MatrixError('M_NO_VALID_SESSION')
  if (isOver(session, rules, runtime.clock.now())) throw new MatrixError('M_SESSION_EXPIRED')
  if (session.validated_at === null) throw new MatrixError('M_SESSION_NOT_VALIDATED')
  return {
    sid: session.sid,
    medium: session.medium as Medium,
    address: session.address,
    validatedAt: session.validated_at,
  }
}

async function findSession(
  db: Kysely<Database>,
  sid: string,
  clientSecret: string,
): Promise<SessionTable | null> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('sid', '=', sid)
    .where('client_secret_hash', '=', hashClientSecret(clientSecret))
    .executeTakeFirst()
  return row ?? null
}

/** A completed session is not closed by wrong codes that come later, only by time. */
function isOver(session: SessionTable, rules: SessionRules, now: number): boolean {
  const closed = session.validated_at === null && session.failed_attempts >= rules.maxAttempts
  return closed || now >= session.modified_at + rules.lifetime
}
