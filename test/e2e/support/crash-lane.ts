import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { startSmtpSink, type ReceivedMail } from '../../support/smtp-sink.ts'
import { createIdentityClient, type IdentityClient } from './identity-client.ts'
import { startJoiningHomeserver, storedInvitation, type Moment } from './joining-homeserver.ts'
import { linkIn, signUrlIn } from './organisation.ts'
import { once, PATIENCE_MS, startCrashProcess, type StatementPoint } from './crash-process.ts'

/** A place at which Signpost is killed with SIGKILL. */
export type Point =
  /** At a statement on the way of an invitation. */
  | StatementPoint
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

export async function startCrashLane(): Promise<CrashLane> {
  const stepIn: { mail: (mail: ReceivedMail) => Promise<void> | void } = { mail: () => {} }
  const mail = await startSmtpSink({ beforeAnswer: (each) => stepIn.mail(each) })
  const homeserver = await startJoiningHomeserver()
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const crashing = await startCrashProcess({
    matrix: { domain: DOMAIN, pins: { [DOMAIN]: homeserver.url } },
    server: { publicUrl, listen: { port } },
    invitations: { resolveEvery: '1h' },
    notifications: { email: { transport: 'smtp', smtp: { port: mail.port, security: 'none' } } },
  })
  const { signpost, database } = crashing
  const client = createIdentityClient(publicUrl)
  const login = (userId: string) =>
    client.register({
      access_token: homeserver.openIdToken(userId),
      token_type: 'Bearer',
      matrix_server_name: DOMAIN,
      expires_in: 3600,
    })
  const tokens = { alice: await login(alice), bob: await login(bob) }

  /** Sets the trap that a point asks for. */
  async function arm(point: Point, address: string): Promise<void> {
    const die = () => void signpost.kill()
    stepIn.mail = () => {}
    homeserver.stepIn = () => {}
    if ('statement' in point) return await crashing.arm(point)
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
    await crashing.settled()
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
      return await crashing.record(() => journey(address, roomId))
    },

    async survive(point) {
      const { address, roomId } = newNames()
      await arm(point, address)
      const deaths = await crashing.survive(() => journey(address, roomId))
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
      await crashing.stop()
      await Promise.all([client.close(), homeserver.close(), mail.close()])
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
