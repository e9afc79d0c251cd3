import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteReader } from '../../../src/storage/sqlite.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { startSmtpSink, type ReceivedMail } from '../../support/smtp-sink.ts'
import { createIdentityClient, type IdentityClient } from './identity-client.ts'
import { startJoiningHomeserver, storedInvitation, type Moment } from './joining-homeserver.ts'
import { linkIn, signUrlIn } from './organisation.ts'
import { startSignpostProcess } from './signpost-process.ts'

/** A place at which Signpost is killed with SIGKILL. */
export type Point =
  /** At the `nth` statement of this kind on the way of an invitation. */
  | { readonly statement: string; readonly nth: number; readonly when: 'before' | 'after' }
  /** When the mail server has a whole mail, before or just after it says so. */
  | { readonly mail: 'invitation' | 'validation'; readonly when: 'before' | 'after' }
  /** At a moment of the homeserver's. */
  | { readonly onbind: Moment }

/** What became of one invitation. */
export interface Outcome {
  /** How often Signpost died on the way. */
  readonly deaths: number
  readonly invitationState: string
  readonly hasJoined: boolean
  /** How often the homeserver invited the person again after the join. */
  readonly thrownOut: number
  /** Whether the key in the mail's link still opens the room. */
  readonly linkWorks: boolean
  /** The Message-IDs of all its mails. */
  readonly invitationMails: readonly string[]
  readonly validationMails: readonly string[]
}

/** One Signpost with its surroundings, which goes through one invitation after the other. */
export interface CrashLane {
  /** The writes of one undisturbed invitation, in order; see `crash-server.ts`. */
  record(): Promise<string[]>
  /** Takes an invitation from `store-invite` to the join, with a sudden death at `point`, and a normal start after it. */
  survive(point: Point): Promise<Outcome>
  close(): Promise<void>
}

const DOMAIN = 'example.org'
const alice = `@alice:${DOMAIN}`
const bob = `@bob:${DOMAIN}`
const PATIENCE_MS = 30_000

export async function startCrashLane(): Promise<CrashLane> {
  const stepIn: { mail: (mail: ReceivedMail) => Promise<void> | void } = { mail: () => {} }
  const mail = await startSmtpSink({ beforeAnswer: (each) => stepIn.mail(each) })
  const homeserver = await startJoiningHomeserver()
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const signpost = await startSignpostProcess({
    entry: resolve(import.meta.dirname, 'crash-server.ts'),
    config: {
      matrix: { domain: DOMAIN, pins: { [DOMAIN]: homeserver.url } },
      server: { publicUrl, listen: { port } },
      invitations: { resolveEvery: '1h' },
      notifications: { email: { transport: 'smtp', smtp: { port: mail.port, security: 'none' } } },
    },
  })
  const database = openSqliteReader(join(signpost.dataDir, 'signpost.db'))
  const client = createIdentityClient(publicUrl)
  const login = (userId: string) =>
    client.register({
      access_token: homeserver.openIdToken(userId),
      token_type: 'Bearer',
      matrix_server_name: DOMAIN,
      expires_in: 3600,
    })
  const tokens = { alice: await login(alice), bob: await login(bob) }

  async function tell(command: object): Promise<void> {
    const readies = () => signpost.stdout.split('\nready').length
    const before = readies()
    signpost.tell(JSON.stringify(command))
    await eventually(() => readies() > before, { what: 'the process to be ready', intervalMs: 5 })
  }

  /** Sets the trap that a point asks for. */
  async function arm(point: Point, address: string): Promise<void> {
    const die = () => void signpost.kill()
    const once = (strike: () => Promise<void> | void) => {
      let done = false
      return () => {
        if (done) return
        done = true
        return strike()
      }
    }
    stepIn.mail = () => {}
    homeserver.stepIn = () => {}
    if ('statement' in point) return await tell(point)
    if ('onbind' in point) {
      const strike = once(() => signpost.kill())
      homeserver.stepIn = (moment) => (moment === point.onbind ? strike() : undefined)
      return
    }
    const strike = once(() => (point.when === 'before' ? signpost.kill() : void setTimeout(die, 3)))
    stepIn.mail = (each) => (each.to.includes(address) && kindOf(each) === point.mail ? strike() : undefined)
  }

  async function journey(address: string, roomId: string): Promise<void> {
    const secret = randomBytes(8).toString('hex')
    const invite = { medium: 'email', address, room_id: roomId, sender: alice, room_name: roomId }
    const stored = await insist(client, 'POST', '/v2/store-invite', tokens.alice, invite)
    homeserver.put(roomId, storedInvitation.parse(stored))
    const mailed = (kind: 'invitation' | 'validation') =>
      mail.waitFor((each) => each.to.includes(address) && kindOf(each) === kind, PATIENCE_MS)
    await mailed('invitation')
    const request = { email: address, client_secret: secret, send_attempt: 1 }
    const { sid } = (await insist(
      client,
      'POST',
      '/v2/validate/email/requestToken',
      tokens.bob,
      request,
    )) as {
      sid: string
    }
    const link = linkIn((await mailed('validation')).parsed.text)
    await eventually(async () => (await client.open(link)).status === 200, {
      what: 'the link to work',
      timeoutMs: PATIENCE_MS,
    })
    await insist(client, 'POST', '/v2/3pid/bind', tokens.bob, { sid, client_secret: secret, mxid: bob })
    await eventually(isSettled, { what: 'an empty outbox', timeoutMs: PATIENCE_MS })
  }

  /** Nothing is on its way any more. */
  async function isSettled(): Promise<boolean> {
    const waiting = await database
      .selectFrom('outbox')
      .select('id')
      .where('state', 'in', ['queued', 'sending'])
      .executeTakeFirst()
    return waiting === undefined && signpost.exit === null
  }

  async function stateOf(address: string): Promise<string> {
    const rows = await database
      .selectFrom('invitations')
      .select('state')
      .where('address', '=', address)
      .execute()
    return rows.map(({ state }) => state).join(', ')
  }

  const newNames = () => {
    const name = randomBytes(6).toString('hex')
    return { address: `${name}@example.com`, roomId: `!${name}:${DOMAIN}` }
  }

  return {
    async record() {
      const { address, roomId } = newNames()
      await tell({ record: true })
      await journey(address, roomId)
      const [, ...lines] = signpost.stdout.trim().split('\n')
      return lines.filter((line) => line !== 'ready')
    },

    async survive(point) {
      const { address, roomId } = newNames()
      let deaths = 0
      const round = { isOver: false }
      await arm(point, address)
      // What systemd does.
      const supervisor = (async () => {
        while (!round.isOver) {
          if (signpost.exit !== null) {
            deaths++
            await signpost.restart()
          }
          await sleep(5)
        }
      })()
      try {
        await Promise.race([journey(address, roomId), supervisor])
        // The last of the points come when everything is done.
        await eventually(() => deaths > 0, { what: 'the death', timeoutMs: 5_000, intervalMs: 5 }).catch(
          () => {},
        )
        await eventually(isSettled, { what: 'an empty outbox', timeoutMs: PATIENCE_MS })
      } finally {
        round.isOver = true
      }
      await supervisor
      const mails = (kind: string) =>
        mail.messages.filter((each) => each.to.includes(address) && kindOf(each) === kind)
      const ids = (kind: string) => mails(kind).map((each) => each.parsed.messageId ?? '')
      const signUrl = signUrlIn(mails('invitation').at(-1)?.parsed.text, bob)
      return {
        deaths,
        invitationState: await stateOf(address),
        hasJoined: homeserver.hasJoined(roomId),
        thrownOut: homeserver.thrownOut.get(roomId) ?? 0,
        linkWorks: (await client.request('POST', signUrl)).status === 200,
        invitationMails: ids('invitation'),
        validationMails: ids('validation'),
      }
    },

    async close() {
      await signpost.stop()
      await Promise.all([database.destroy(), client.close(), homeserver.close(), mail.close()])
    },
  }
}

function kindOf(mail: ReceivedMail): 'invitation' | 'validation' {
  return mail.parsed.text?.includes('submitToken') === true ? 'validation' : 'invitation'
}

/** A client that repeats its request until it hears an answer, and takes the answer as it is. */
async function insist(
  client: IdentityClient,
  method: string,
  path: string,
  token: string,
  body: unknown,
): Promise<unknown> {
  const answer = await eventually(() => client.request(method, path, { token, body }), {
    what: `an answer to ${path}`,
    timeoutMs: PATIENCE_MS,
  })
  if (answer.status !== 200)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
