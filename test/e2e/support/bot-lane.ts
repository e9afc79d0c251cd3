import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { invitationRow } from '../../storage/rows.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { startRoomsHomeserver } from '../../support/rooms-homeserver.ts'
import { startSmtpSink, type ReceivedMail } from '../../support/smtp-sink.ts'
import { once, PATIENCE_MS, startCrashProcess, type StatementPoint } from './crash-process.ts'

/** A place at which Signpost is killed with SIGKILL. */
export type BotPoint =
  | StatementPoint
  /** When the homeserver has a request of the bot, before or after it does what is asked. */
  | { readonly request: '/join/' | '/send/'; readonly moment: 'received' | 'answered' }
  /** When the mail server has the first mail, before or just after it says so. */
  | { readonly mail: 'before' | 'after' }

/** What became of the events of one room. */
export interface BotOutcome {
  /** How often Signpost died on the way. */
  readonly deaths: number
  readonly isInRoom: boolean
  /** Everything that the bot said. */
  readonly said: readonly string[]
  /** The Message-IDs of all mails to the person who was invited by Matrix ID. */
  readonly mailsById: readonly string[]
  /** Those of the mails that a command had written again. */
  readonly mailsAgain: readonly string[]
}

/** One Signpost with its homeserver, which hears of one room after the other. */
export interface BotLane {
  /** The writes for one room, undisturbed. */
  record(): Promise<string[]>
  survive(point: BotPoint): Promise<BotOutcome>
  close(): Promise<void>
}

const admin = '@admin:example.org'
const bot = '@signpost:example.org'

export async function startBotLane(): Promise<BotLane> {
  const stepIn: { mail: (mail: ReceivedMail) => Promise<void> | void } = { mail: () => {} }
  const mail = await startSmtpSink({ beforeAnswer: (each) => stepIn.mail(each) })
  const tokens = { asToken: 'as-token', hsToken: 'hs-token' }
  const homeserver = await startRoomsHomeserver({ ...tokens, now: () => Date.now() })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const crashing = await startCrashProcess({
    matrix: { domain: homeserver.domain, homeserverUrl: homeserver.url },
    server: { publicUrl: url, listen: { port } },
    invitations: { resolveEvery: '1h' },
    notifications: {
      email: { transport: 'smtp', smtp: { host: '127.0.0.1', port: mail.port, security: 'none' } },
    },
    appservice: {
      enabled: true,
      ...tokens,
      invited: { enabled: true },
      bot: { enabled: true, users: [admin] },
    },
  })
  const { signpost } = crashing

  /** As a homeserver does: the same transaction again until it is taken, and then once more. */
  async function tell(events: readonly unknown[]): Promise<void> {
    const txnId = randomBytes(6).toString('hex')
    const taken = async () => (await homeserver.tell(url, events, txnId)) === 200
    for (const what of ['the transaction to be taken', 'the repeated transaction to be taken']) {
      await eventually(taken, { what, timeoutMs: PATIENCE_MS })
    }
  }
  await tell([])

  /** Somebody whom a directory knows, and an invitation that is open. */
  function prepare(name: string): void {
    const database = new BetterSqlite(join(signpost.dataDir, 'signpost.db'), { timeout: 20_000 })
    const insert = (table: string, row: object) => {
      const columns = Object.keys(row)
      const places = columns.map((column) => `@${column}`)
      database.prepare(`insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`).run(row)
    }
    const open = { created_at: Date.now(), expires_at: Date.now() + 86_400_000 }
    insert('invitations', { ...invitationRow(name), ...open, address: `guest-${name}@elsewhere.example` })
    insert('directory_entries', {
      ...{ source: 'list', medium: 'email', person: '', display_name: null },
      ...{ address: `${name}@mail.example`, mxid: `@${name}:example.org` },
    })
    database.close()
  }

  async function arm(point: BotPoint): Promise<void> {
    stepIn.mail = () => {}
    homeserver.stepIn(null)
    if ('statement' in point) return await crashing.arm(point)
    if ('request' in point) {
      const strike = once(() => signpost.kill())
      homeserver.stepIn((path, moment) =>
        path.includes(point.request) && moment === point.moment ? strike() : undefined,
      )
      return
    }
    const die = () => void signpost.kill()
    stepIn.mail = once(() => (point.mail === 'before' ? signpost.kill() : void setTimeout(die, 3)))
  }

  const saidIn = (room: string) =>
    homeserver.notices.filter(({ roomId }) => roomId === room).map(({ text }) => text)

  async function journey(name: string, room: string): Promise<void> {
    await tell([
      homeserver.invitation(room, admin, bot),
      homeserver.invitation(room, admin, `@${name}:example.org`),
    ])
    const isIn = () => homeserver.membersOf(room).has(bot)
    await eventually(isIn, { what: 'the bot to join', timeoutMs: PATIENCE_MS })
    await tell(['!ping', `!invite resend ${name}`].map((text) => homeserver.message(room, admin, text)))
    await eventually(() => saidIn(room).length >= 2, { what: 'both answers', timeoutMs: PATIENCE_MS })
    await crashing.settled()
  }

  function newRoom() {
    const name = randomBytes(6).toString('hex')
    prepare(name)
    return { name, room: homeserver.room([admin]) }
  }

  return {
    async record() {
      const { name, room } = newRoom()
      return await crashing.record(() => journey(name, room))
    },
    async survive(point) {
      const { name, room } = newRoom()
      await arm(point)
      const deaths = await crashing.survive(() => journey(name, room))
      const mailsTo = (address: string) =>
        mail.messages.filter(({ to }) => to.includes(address)).map(({ parsed }) => parsed.messageId ?? '')
      return {
        deaths,
        isInRoom: homeserver.membersOf(room).has(bot),
        said: saidIn(room),
        mailsById: mailsTo(`${name}@mail.example`),
        mailsAgain: mailsTo(`guest-${name}@elsewhere.example`),
      }
    },
    async close() {
      await crashing.stop()
      await Promise.all([homeserver.close(), mail.close()])
    },
  }
}
