import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type MatrixClient } from 'matrix-js-sdk'
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequest } from 'undici'
import { z } from 'zod'
import { registrationFile } from '../../../src/appservice/registration.ts'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import type { Area, Finding } from '../../../src/doctor/check.ts'
import { openDoctorWorld } from '../../../src/doctor/open-world.ts'
import { runDoctor } from '../../../src/doctor/run-doctor.ts'
import { featuresOf } from '../../../src/gateway/snippets/routes.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { startTestAppliance, withTestDefaults, type TestAppliance } from '../../support/appliance.ts'
import { createAuthority } from '../../support/certificate-authority.ts'
import { freePorts } from '../../support/free-port.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { startSynapse, type Synapse, type SynapseUser } from '../../support/synapse.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import type { Slapd } from '../../support/slapd.ts'
import { ldapInput, startSchool } from '../../backends/ldap/support/school-directory.ts'
import { proxyPrograms, startProxy, type RunningProxy } from '../../gateway/proxies/support/programs.ts'
import { createSiteCertificate, onLoopback, renderSite } from '../../gateway/proxies/support/sites.ts'
import { createVisitor, type Visitor } from '../../gateway/proxies/support/visitor.ts'
import { createIdentityClient, type IdentityClient } from './identity-client.ts'

export const moduleFolder = join(import.meta.dirname, '../../../src/authentication/synapse-module')

/** An organisation as its users see it: nginx with the generated site, behind it Signpost, Synapse and a slapd. */
export interface Intercepted {
  readonly slapd: Slapd
  readonly synapse: Synapse
  readonly signpost: TestAppliance
  /** What the doctor finds in this area, asked as on the command line. */
  examine(area: Area): Promise<readonly Finding[]>
  readonly mail: SmtpSink
  readonly visitor: Visitor
  /** The identity API and pages of Signpost, through nginx. */
  readonly identity: IdentityClient
  /** A client of matrix-js-sdk; with a token it is signed in. */
  client(session?: Partial<SynapseUser> & { readonly identityToken?: string }): MatrixClient
  /** One request to the site; the body is JSON. */
  ask(
    method: string,
    path: string,
    options?: { readonly token?: string; readonly json?: unknown },
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
  stop(): Promise<void>
}

const host = 'matrix.example.org'
const secret = 'secret of the module'

export interface InterceptedOptions {
  /** Signpost as an application service, whose registration Synapse reads. */
  readonly appservice?: NonNullable<ConfigInput['appservice']>
  /** Top-level keys of `homeserver.yaml`. */
  readonly synapse?: Readonly<Record<string, unknown>>
}

/** `config` of Signpost may depend on the servers that are there before it. */
export async function startIntercepted(
  config: ConfigInput | ((servers: { readonly synapse: Synapse; readonly slapd: Slapd }) => ConfigInput),
  options: InterceptedOptions = {},
): Promise<Intercepted> {
  const [signpostPort, sitePort] = await freePorts(2)
  // Nobody finds the name of the site; Synapse and Signpost go by the address.
  const publicUrl = `https://127.0.0.1:${sitePort}`
  const authority = await createAuthority(await createTempDir('authority'))
  const { appservice } = options
  const [slapd, mail, synapse, certificate] = await Promise.all([
    startSchool(),
    startSmtpSink(),
    startSynapse({
      identityServerUrl: publicUrl,
      trustCaFile: authority.caFile,
      authority,
      serverName: 'example.org',
      modules: moduleFolder,
      extraConfig: {
        modules: [
          {
            module: 'signpost_synapse.PasswordProvider',
            config: { endpoint: `http://127.0.0.1:${signpostPort}`, secret },
          },
        ],
        ...(appservice === undefined ? {} : await registered(appservice, publicUrl)),
        ...options.synapse,
      },
    }),
    createSiteCertificate(authority),
  ])
  const wished = typeof config === 'function' ? config({ synapse, slapd }) : config
  const whole: ConfigInput = {
    server: { publicUrl, listen: { port: signpostPort } },
    backends: [ldapInput(slapd, { timeout: '5s' })],
    ...(appservice === undefined ? {} : { appservice }),
    ...wished,
    matrix: {
      domain: 'example.org',
      homeserverUrl: synapse.clientUrl,
      pins: { 'example.org': synapse.federationUrl },
    },
    network: { allowPrivate: ['127.0.0.0/8'], caFile: authority.caFile, ...wished.network },
    notifications: {
      email: { transport: 'smtp', smtp: { port: mail.port, security: 'none' } },
      ...wished.notifications,
    },
    authentication: { provider: { enabled: true, secret }, ...wished.authentication },
  }
  const signpost = await startTestAppliance({ config: whole })
  const site = renderSite('nginx', certificate, {
    host,
    port: sitePort,
    signpost: onLoopback(signpostPort),
    homeserver: onLoopback(Number(new URL(synapse.clientUrl).port)),
    features: featuresOf(signpost.config.current()),
  })
  const nginx: RunningProxy = await startProxy(proxyPrograms.nginx, [site], [sitePort])
  const visitor = createVisitor({ host: `${host}`, port: sitePort, ca: certificate.ca })
  const identity = createIdentityClient(publicUrl, { ca: certificate.ca })
  const dispatcher = new Agent({
    connect: {
      ca: certificate.ca,
      lookup: (_name, options, found) => {
        if (options.all === true) found(null, [{ address: '127.0.0.1', family: 4 }])
        else found(null, '127.0.0.1', 4)
      },
    },
  })
  const viaNginx = (url: unknown, init: unknown) =>
    undiciFetch(String(url), { ...(init as UndiciRequest), dispatcher })

  return {
    slapd,
    synapse,
    signpost,
    async examine(area) {
      const { dataDir } = signpost
      await writeFile(join(dataDir, 'signpost.yaml'), JSON.stringify(withTestDefaults(whole)), {
        mode: 0o600,
      })
      const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
      const world = openDoctorWorld({ dataDir, env: {}, runtime })
      try {
        const findings: Finding[] = []
        for await (const finding of runDoctor(world, { areas: [area] })) findings.push(finding)
        return findings
      } finally {
        await world.close()
      }
    },
    mail,
    visitor,
    identity,
    client: ({ identityToken, ...session } = {}) =>
      createClient({
        baseUrl: `https://${host}:${sitePort}`,
        fetchFn: viaNginx as unknown as typeof fetch,
        ...session,
        ...(identityToken === undefined
          ? {}
          : { idBaseUrl: publicUrl, identityServer: { getAccessToken: async () => identityToken } }),
      }),
    async ask(method, path, { token, json } = {}) {
      const { status, text } = await visitor.ask({
        method,
        path,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: Buffer.from(JSON.stringify(json)) }),
      })
      return { status, body: JSON.parse(text) as Record<string, unknown> }
    },
    async stop() {
      visitor.close()
      await identity.close()
      await dispatcher.destroy()
      await nginx.stop()
      await signpost.stop()
      await synapse.stop()
      await Promise.all([slapd.stop(), mail.close()])
    },
  }
}

/** Has Synapse read the registration of the application service. */
async function registered(appservice: NonNullable<ConfigInput['appservice']>, url: string) {
  const config = configSchema.parse({ matrix: { domain: 'example.org' }, appservice })
  const tokens = z.object({ asToken: z.string(), hsToken: z.string() }).parse(appservice)
  const file = join(await createTempDir('registration'), 'signpost-appservice.yaml')
  await writeFile(file, registrationFile({ config, url, ...tokens }))
  return { app_service_config_files: [file] }
}
