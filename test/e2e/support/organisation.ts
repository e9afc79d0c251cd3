import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { createIdentityClient, type IdentityClient } from './identity-client.ts'
import { eventually } from '../../support/poll.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { startSynapse, type Synapse, type SynapseUser } from '../../support/synapse.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export interface OrganisationOptions {
  /** Laid over the configuration of the organisation's Signpost, section by section. */
  readonly config?: ConfigInput
  readonly settleMs?: number
  /** Top-level keys of `homeserver.yaml`, given the base URL of Signpost. */
  readonly synapse?: (identityServerUrl: string) => Readonly<Record<string, unknown>>
}

/** A user of the homeserver who has an account at the identity server too. */
export interface Person extends SynapseUser {
  readonly identityToken: string
}

/**
 * What an administrator has at the end: a homeserver, Signpost as its identity server and a mail server, on loopback,
 * over TLS under a private authority.
 */
export interface Organisation {
  readonly authority: Authority
  readonly synapse: Synapse
  readonly signpost: TestAppliance
  readonly mail: SmtpSink
  readonly client: IdentityClient
  /** Host and port of Signpost, as clients name it to the homeserver. */
  readonly idServer: string
  readonly publicUrl: string
  readonly dataDir: string
  /** Stops Signpost and starts it on the same data with this configuration laid over the one it had at first. */
  restartSignpost(config?: ConfigInput, between?: () => Promise<void>): Promise<void>
  /** Creates a user on Synapse and an account at Signpost. */
  person(name: string): Promise<Person>
  /** Validates an address by opening the link of the mail. */
  validate(person: Person, email: string): Promise<{ sid: string; client_secret: string }>
  /** Validates an address and has Synapse bind it. */
  validateAndBind(person: Person, email: string): Promise<void>
  createRoom(person: SynapseUser, body?: Readonly<Record<string, unknown>>): Promise<string>
  invite(person: Person, roomId: string, email: string): Promise<number>
  /** The membership as the homeserver has it; null when there is none. */
  membership(room: string, viewer: SynapseUser, userId: string): Promise<string | null>
  stop(): Promise<void>
}

export async function startOrganisation(options: OrganisationOptions = {}): Promise<Organisation> {
  const authority = await createAuthority(await createTempDir('authority'))
  const port = await freePort()
  const publicUrl = `https://127.0.0.1:${port}`
  const [mail, synapse] = await Promise.all([
    startSmtpSink(),
    startSynapse({
      identityServerUrl: publicUrl,
      trustCaFile: authority.caFile,
      authority,
      // Synapse keeps the answer to a first /sync for two minutes, and the tests ask again and again.
      extraConfig: { caches: { sync_response_cache_duration: '0s' }, ...options.synapse?.(publicUrl) },
    }),
  ])
  const dataDir = await createTempDir('signpost')
  const base = await baseConfig({
    authority,
    port,
    publicUrl,
    mailPort: mail.port,
    domain: synapse.serverName,
  })
  const launch = (config: ConfigInput = {}) =>
    startTestAppliance({
      config: overlay(overlay(base, options.config ?? {}), config),
      dataDir,
      settleMs: options.settleMs ?? 2_000,
    })
  let signpost = await launch()
  const client = createIdentityClient(publicUrl, authority.caPem)
  const idServer = `127.0.0.1:${port}`

  const person = async (name: string): Promise<Person> => {
    const user = await synapse.register(name, 'secret')
    return { ...user, identityToken: await client.register(await synapse.openIdToken(user)) }
  }

  async function validate({ identityToken }: Person, email: string) {
    const secret = randomBytes(12).toString('hex')
    const sid = await client.requestEmail(identityToken, email, secret)
    const received = await mail.waitFor((each) => each.parsed.text?.includes(sid) ?? false)
    const { status, text } = await client.open(linkIn(received.parsed.text))
    if (status !== 200) throw new Error(`The link of the mail does not validate: ${status} ${text}`)
    return { sid, client_secret: secret }
  }

  return {
    authority,
    synapse,
    mail,
    client,
    idServer,
    publicUrl,
    dataDir,
    person,
    validate,
    get signpost() {
      return signpost
    },
    async restartSignpost(config, between) {
      await signpost.stop()
      await between?.()
      signpost = await launch(config)
    },
    async validateAndBind(who, email) {
      const session = await validate(who, email)
      const { status, body } = await synapse.request('POST', '/_matrix/client/v3/account/3pid/bind', {
        token: who.accessToken,
        body: { ...session, id_server: idServer, id_access_token: who.identityToken },
      })
      if (status !== 200) throw new Error(`Synapse does not bind: ${status} ${JSON.stringify(body)}`)
    },
    async createRoom({ accessToken }, body = {}) {
      const room = await synapse.request('POST', '/_matrix/client/v3/createRoom', {
        token: accessToken,
        body,
      })
      return z.object({ room_id: z.string() }).parse(room.body).room_id
    },
    async invite(who, roomId, email) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`
      const id = { id_server: idServer, id_access_token: who.identityToken }
      const body = { ...id, medium: 'email', address: email }
      return (await synapse.request('POST', path, { token: who.accessToken, body })).status
    },
    async membership(roomId, viewer, userId) {
      const place = `${encodeURIComponent(roomId)}/state/m.room.member/${encodeURIComponent(userId)}`
      const { body } = await synapse.request('GET', `/_matrix/client/v3/rooms/${place}`, {
        token: viewer.accessToken,
      })
      return z.object({ membership: z.string() }).safeParse(body).data?.membership ?? null
    },
    async stop() {
      await client.close()
      await signpost.stop()
      await Promise.all([synapse.stop(), mail.close()])
    },
  }
}

/** The first link of a mail's text. */
export function linkIn(text: string | undefined): string {
  const link = /https?:\/\/\S+/.exec(text ?? '')?.[0]
  if (link === undefined) throw new Error(`no link in the mail:\n${text ?? ''}`)
  return link
}

/** Where a web client asks, for the user who opened the link of an invitation mail, to have the acceptance signed. */
export function signUrlIn(text: string | undefined, userId: string): string {
  const { hash } = new URL(linkIn(text))
  const signUrl = new URL(new URLSearchParams(hash.slice(hash.indexOf('?') + 1)).get('signurl') ?? '')
  signUrl.searchParams.set('mxid', userId)
  return signUrl.href
}

/** Waits until a user is invited to a room, and joins it. */
export async function joinOnceInvited(
  synapse: Synapse,
  user: SynapseUser,
  roomId: string,
  timeoutMs = 20_000,
): Promise<void> {
  await eventually(() => invitedTo(synapse, user, roomId), { what: 'the invitation in /sync', timeoutMs })
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/join`
  const { status, body } = await synapse.request('POST', path, { token: user.accessToken, body: {} })
  if (status !== 200) throw new Error(`Synapse does not let ${user.userId} in: ${JSON.stringify(body)}`)
}

/** Whether an invitation stands in the user's `/sync`. */
export async function invitedTo(synapse: Synapse, user: SynapseUser, roomId: string): Promise<boolean> {
  const { body } = await synapse.request('GET', '/_matrix/client/v3/sync', { token: user.accessToken })
  const sync = z
    .object({ rooms: z.object({ invite: z.record(z.string(), z.unknown()) }).partial() })
    .partial()
  return roomId in (sync.parse(body).rooms?.invite ?? {})
}

interface BaseOptions {
  readonly authority: Authority
  readonly port: number
  readonly publicUrl: string
  readonly mailPort: number
  readonly domain: string
}

async function baseConfig({
  authority,
  port,
  publicUrl,
  mailPort,
  domain,
}: BaseOptions): Promise<ConfigInput> {
  const { certFile, keyFile } = await authority.issue(['127.0.0.1', 'localhost'])
  return {
    matrix: { domain },
    server: {
      publicUrl,
      listen: { port },
      tls: { mode: 'files', certificate: certFile, privateKey: keyFile },
    },
    network: { allowPrivate: ['127.0.0.0/8'], caFile: authority.caFile },
    notifications: {
      email: {
        transport: 'smtp',
        from: 'Signpost <signpost@example.org>',
        smtp: { port: mailPort, security: 'none' },
      },
    },
  }
}

/** Sections of `top` laid over those of `base`, key by key. */
function overlay(base: ConfigInput, top: ConfigInput): ConfigInput {
  const sections = Object.entries(top).map(([name, section]) => {
    const below = base[name as keyof ConfigInput]
    return [name, Array.isArray(section) ? section : { ...(below as object), ...(section as object) }]
  })
  return { ...base, ...(Object.fromEntries(sections) as ConfigInput) }
}
