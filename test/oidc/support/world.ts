import type { ConfigInput } from '../../../src/config/schema.ts'
import { startExampleServer } from '../../backends/rest/example-server.ts'
import { writePeopleFile } from '../../backends/support/example-people.ts'
import { school } from '../../backends/support/school.ts'
import { startTestAppliance, type TestAppliance, type TestApplianceOptions } from '../../support/appliance.ts'
import { freePort } from '../../support/free-port.ts'
import { createFormBrowser, type FormBrowser, type Shown } from './form-browser.ts'
import {
  clientId,
  clientSecret,
  createRelyingParty,
  startCallback,
  type RelyingParty,
  type StartedSignIn,
} from './relying-party.ts'

export interface OidcWorld {
  readonly appliance: TestAppliance
  readonly issuer: string
  readonly party: RelyingParty
  /** A browser at the sign-in page. */
  begin(more?: Readonly<Record<string, string>>): Promise<Begun>
  /** Signs anna in; `back` is where her browser is sent then. */
  signIn(): Promise<Begun & { readonly back: URL }>
  /** The directory answers no more. */
  stopDirectory(): Promise<void>
  configure(changes: ConfigInput): Promise<void>
  stop(): Promise<void>
}

export interface Begun {
  readonly browser: FormBrowser
  readonly started: StartedSignIn
  readonly page: Shown
}

export const passwordOf = (localpart: string) =>
  school.find((one) => one.localpart === localpart)?.password ?? ''

/** The real provider, with the school as its directory and a client that is ours. */
export async function startOidcWorld(
  changes: ConfigInput = {},
  options: Omit<TestApplianceOptions, 'config'> = {},
): Promise<OidcWorld> {
  const callback = await startCallback()
  const directory = await startExampleServer(await writePeopleFile())
  const port = await freePort()
  const base: ConfigInput = {
    matrix: { domain: 'example.org' },
    server: { publicUrl: `http://127.0.0.1:${port}`, listen: { port } },
    backends: [{ id: 'school', type: 'rest', url: directory.url, timeout: '5s' }],
    authentication: {
      oidc: {
        enabled: true,
        clients: [{ id: clientId, name: 'Chat', secret: clientSecret, redirectUris: [callback.uri] }],
        ...changes.authentication?.oidc,
      },
    },
  }
  const appliance = await startTestAppliance({
    ...options,
    config: { ...base, ...changes, authentication: base.authentication },
  })
  const issuer = `http://127.0.0.1:${port}/_signpost/oidc`
  const party = await createRelyingParty(issuer, callback)

  async function begin(more?: Readonly<Record<string, string>>): Promise<Begun> {
    const [browser, started] = [createFormBrowser(), await party.begin(more)]
    return { browser, started, page: await browser.open(started.url) }
  }

  return {
    ...{ appliance, issuer, party, begin },
    async signIn() {
      const begun = await begin()
      const { leadsTo, text } = await begun.browser.submit(begun.page, {
        user: 'anna',
        password: passwordOf('anna'),
      })
      if (leadsTo === null) throw new Error(`anna was not signed in: ${text}`)
      return { ...begun, back: leadsTo }
    },
    stopDirectory: () => directory.stop(),
    configure: (next) => appliance.configure({ ...base, ...changes, ...next }),
    async stop() {
      await appliance.stop()
      await party.close()
      await directory.stop()
    },
  }
}
