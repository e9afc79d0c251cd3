import type { ConfigInput } from '../../../src/config/schema.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { manualClock } from '../../support/outgoing.ts'
import { eventually } from '../../support/poll.ts'
import { startRoomsHomeserver, type RoomsHomeserver } from '../../support/rooms-homeserver.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export const admin = '@admin:example.org'
export const botUser = '@signpost:example.org'

/** A Signpost that is an application service of a homeserver with rooms. */
export interface BotWorld {
  readonly homeserver: RoomsHomeserver
  readonly mail: SmtpSink
  readonly clock: { now(): number; advance(ms: number): void }
  readonly signpost: TestAppliance
  readonly tell: (events: readonly unknown[], txnId?: string) => Promise<number>
  /** A room of the bot and these users. */
  roomWithBot(members: readonly string[]): string
  /** What the bot answers to a command in a room with nobody else. */
  answerTo(text: string, sender?: string): Promise<string>
  /** Resolves when nothing waits any more that follows from events. */
  settled(): Promise<void>
  restart(): Promise<void>
  configure(changes: ConfigInput): Promise<void>
  stop(): Promise<void>
}

export async function startBotWorld(changes: ConfigInput = {}): Promise<BotWorld> {
  const clock = manualClock(Date.UTC(2030, 0, 10))
  const tokens = { asToken: 'as-token', hsToken: 'hs-token' }
  const homeserver = await startRoomsHomeserver({ ...tokens, now: () => clock.now() })
  const mail = await startSmtpSink()
  const config: ConfigInput = {
    matrix: { domain: 'example.org', homeserverUrl: homeserver.url },
    notifications: {
      email: { transport: 'smtp', smtp: { host: '127.0.0.1', port: mail.port, security: 'none' } },
    },
    appservice: { enabled: true, ...tokens, bot: { enabled: true, users: [admin] } },
    ...changes,
  }
  const dataDir = await createTempDir('bot')
  const launch = () => startTestAppliance({ config, clock, dataDir })
  let signpost = await launch()
  const tell = (events: readonly unknown[], txnId?: string) =>
    homeserver.tell(signpost.publicAddress, events, txnId)

  function roomWithBot(members: readonly string[]): string {
    return homeserver.room([botUser, ...members])
  }

  return {
    homeserver,
    mail,
    clock,
    tell,
    roomWithBot,
    get signpost() {
      return signpost
    },
    async answerTo(text, sender = admin) {
      const room = roomWithBot([sender])
      await tell([homeserver.message(room, sender, text)])
      const notice = await eventually(() => homeserver.notices.find(({ roomId }) => roomId === room), {
        what: `the answer to ${text}`,
        timeoutMs: 20_000,
      })
      return notice.text
    },
    async settled() {
      await eventually(
        async () => {
          const open = await signpost.storage.db
            .selectFrom('outbox')
            .select('id')
            .where('state', 'in', ['queued', 'sending'])
            .execute()
          return open.length === 0
        },
        { what: 'the outbox to be empty' },
      )
    },
    async restart() {
      await signpost.stop()
      signpost = await launch()
    },
    configure: (more) => signpost.configure({ ...config, ...more }),
    async stop() {
      await signpost.stop()
      await Promise.all([homeserver.close(), mail.close()])
    },
  }
}
