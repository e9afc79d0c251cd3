import { randomBytes } from 'node:crypto'
import { Resolver } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { z } from 'zod'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { createIdentityClient, type ConnectionOptions, type IdentityClient } from './identity-client.ts'
import { eventually } from '../../support/poll.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { startSynapse, type Synapse, type SynapseUser } from '../../support/synapse.ts'
import { createTempDir } from '../../support/temp-dir.ts'

/** Where an organisation is in a network with others. */
export interface Place {
  /** Signs everybody's certificates. */
  readonly authority: Authority
  /** Name of the homeserver. */
  readonly serverName: string
  /** Host name of Signpost. */
  readonly identityHost: string
  /** IP address of the DNS server that knows these names and leads to the homeserver. */
  readonly nameserver: string
}

export interface OrganisationOptions {
  /** Default: on its own, with IP literals as names, under an authority of its own. */
  readonly place?: Place
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
  /** How clients reach Signpost. */
  readonly connection: ConnectionOptions
  /** Host and port of Signpost, as clients name it to the homeserver. */
  readonly idServer: string
  readonly publicUrl: string
  readonly dataDir: string
  /** Stops Signpost and starts it on the same data with this configuration laid over the one it had at first. */
  restartSignpost(config?: ConfigInput, between?: () => Promise<void>): Promise<void>
  /** Lays this over the configuration it had at first, while it runs. */
  configureSignpost(config?: ConfigInput): Promise<void>
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
  const { place } = options
  const authority = place?.authority ?? (await createAuthority(await createTempDir('authority')))
  const port = await freePort()
  const idServer = `${place?.identityHost ?? '127.0.0.1'}:${port}`
  const publicUrl = `https://${idServer}`
  const [mail, synapse] = await Promise.all([
    startSmtpSink(),
    startSynapse({
      identityServerUrl: publicUrl,
      trustCaFile: authority.caFile,
      authority,
      ...(place === undefined ? {} : { serverName: place.serverName, nameserver: place.nameserver }),
      extraConfig: {
        // Synapse keeps the answer to a first /sync for two minutes, and the tests ask again and again.
        caches: { sync_response_cache_duration: '0s' },
        ...(place === undefined ? {} : strictFederation(authority)),
        ...options.synapse?.(publicUrl),
      },
    }),
  ])
  const dataDir = await createTempDir('signpost')
  const base = await baseConfig({
    authority,
    port,
    publicUrl,
    mailPort: mail.port,
    domain: synapse.serverName,
    place,
  })
  const withBase = (config: ConfigInput) => overlay(overlay(base, options.config ?? {}), config)
  const launch = (config: ConfigInput = {}) =>
    startTestAppliance({
      config: withBase(config),
      dataDir,
      settleMs: options.settleMs ?? 2_000,
    })
  let signpost = await launch()
  const connection = connectionOf(authority, place)
  const client = createIdentityClient(publicUrl, connection)

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
    connection,
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
    configureSignpost: (config = {}) => signpost.configure(withBase(config)),
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

/**
 * Waits until a user is invited to a room, and joins it. The homeserver of a user elsewhere shows an invitation a moment
 * before it counts in the room, hence several attempts.
 */
export async function joinOnceInvited(
  synapse: Synapse,
  user: SynapseUser,
  roomId: string,
  timeoutMs = 20_000,
): Promise<void> {
  await eventually(() => invitedTo(synapse, user, roomId), { what: 'the invitation in /sync', timeoutMs })
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/join`
  const join = async () => {
    const { status, body } = await synapse.request('POST', path, { token: user.accessToken, body: {} })
    if (status !== 200) throw new Error(`Synapse does not let ${user.userId} in: ${JSON.stringify(body)}`)
    return true
  }
  await eventually(join, { what: 'the join', timeoutMs: 5_000 })
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
  readonly place: Place | undefined
}

/** Other homeservers have to show a certificate of their name. */
const strictFederation = ({ caFile }: Authority) => ({
  federation_verify_certificates: true,
  federation_custom_ca_list: [caFile],
})

function connectionOf({ caPem }: Authority, place: Place | undefined): ConnectionOptions {
  if (place === undefined) return { ca: caPem }
  const resolver = new Resolver()
  resolver.setServers([place.nameserver])
  const lookup: LookupFunction = (host, { all }, done) =>
    resolver.resolve4(host, (error, [address = ''] = []) =>
      all === true ? done(error, [{ address, family: 4 }]) : done(error, address, 4),
    )
  return { ca: caPem, lookup }
}

async function baseConfig(options: BaseOptions): Promise<ConfigInput> {
  const { authority, port, publicUrl, mailPort, domain, place } = options
  const names = place === undefined ? ['127.0.0.1', 'localhost'] : [place.identityHost, '127.0.0.1']
  const { certFile, keyFile } = await authority.issue(names)
  return {
    matrix: { domain },
    server: {
      publicUrl,
      listen: { port },
      tls: { mode: 'files', certificate: certFile, privateKey: keyFile },
    },
    network: {
      allowPrivate: ['127.0.0.0/8'],
      caFile: authority.caFile,
      ...(place === undefined ? {} : { dnsServers: [place.nameserver] }),
    },
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
