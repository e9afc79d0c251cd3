import { join } from 'node:path'
import { createClient, type MatrixClient } from 'matrix-js-sdk'
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequest } from 'undici'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { featuresOf } from '../../../src/gateway/snippets/routes.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { createAuthority } from '../../support/certificate-authority.ts'
import { freePorts } from '../../support/free-port.ts'
import { startSynapse, type Synapse } from '../../support/synapse.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import type { Slapd } from '../../support/slapd.ts'
import { ldapInput, startSchool } from '../../backends/ldap/support/school-directory.ts'
import { proxyPrograms, startProxy, type RunningProxy } from '../../gateway/proxies/support/programs.ts'
import { createSiteCertificate, onLoopback, renderSite } from '../../gateway/proxies/support/sites.ts'
import { createVisitor, type Visitor } from '../../gateway/proxies/support/visitor.ts'

export const moduleFolder = join(import.meta.dirname, '../../../src/authentication/synapse-module')

/** An organisation as its users see it: nginx with the generated site, behind it Signpost, Synapse and a slapd. */
export interface Intercepted {
  readonly slapd: Slapd
  readonly synapse: Synapse
  readonly signpost: TestAppliance
  readonly visitor: Visitor
  /** A client of matrix-js-sdk; with a token it is signed in. */
  client(session?: { readonly userId: string; readonly accessToken: string }): MatrixClient
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

export async function startIntercepted(config: ConfigInput): Promise<Intercepted> {
  const [signpostPort, sitePort] = await freePorts(2)
  const authority = await createAuthority(await createTempDir('authority'))
  const [slapd, synapse, certificate] = await Promise.all([
    startSchool(),
    startSynapse({
      identityServerUrl: `https://${host}`,
      trustCaFile: authority.caFile,
      serverName: 'example.org',
      modules: moduleFolder,
      extraConfig: {
        modules: [
          {
            module: 'signpost_synapse.PasswordProvider',
            config: { endpoint: `http://127.0.0.1:${signpostPort}`, secret },
          },
        ],
      },
    }),
    createSiteCertificate(),
  ])
  const signpost = await startTestAppliance({
    config: {
      matrix: { domain: 'example.org', homeserverUrl: synapse.clientUrl },
      server: { publicUrl: `https://${host}:${sitePort}`, listen: { port: signpostPort } },
      backends: [ldapInput(slapd, { timeout: '5s' })],
      ...config,
      authentication: { provider: { enabled: true, secret }, ...config.authentication },
    },
  })
  const site = renderSite('nginx', certificate, {
    host,
    port: sitePort,
    signpost: onLoopback(signpostPort),
    homeserver: onLoopback(Number(new URL(synapse.clientUrl).port)),
    features: featuresOf(signpost.config.current()),
  })
  const nginx: RunningProxy = await startProxy(proxyPrograms.nginx, [site], [sitePort])
  const visitor = createVisitor({ host: `${host}`, port: sitePort, ca: certificate.ca })
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
    visitor,
    client: (session) =>
      createClient({
        baseUrl: `https://${host}:${sitePort}`,
        fetchFn: viaNginx as unknown as typeof fetch,
        ...session,
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
      await dispatcher.destroy()
      await nginx.stop()
      await signpost.stop()
      await synapse.stop()
      await slapd.stop()
    },
  }
}
