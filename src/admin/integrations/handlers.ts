import { newToken } from '../../accounts/tokens.ts'
import { moduleFileName, readModuleFile } from '../../authentication/module-file.ts'
import { unifiedDiff } from '../../gateway/homeserver-yaml/unified-diff.ts'
import { proxyRenderers } from '../../gateway/snippets/proxies/render.ts'
import { siteOf } from '../../gateway/snippets/site.ts'
import { createHomeserverApi } from '../../intercepts/homeserver.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Handlers } from '../api/serve.ts'
import { createAppserviceHandlers, type AppserviceAreaOptions } from './appservice.ts'
import type { integrationsContract } from './contract.ts'
import { gatewayWith, readIntegrations } from './features.ts'
import { createOidcHandlers, type OidcAreaOptions } from './oidc.ts'
import { createSignUpHandlers, type SignUpAreaOptions } from './sign-up.ts'
import { createTrialHandlers, type TrialOptions } from './trials.ts'

export interface IntegrationsOptions
  extends AppserviceAreaOptions, SignUpAreaOptions, OidcAreaOptions, Omit<TrialOptions, 'homeserver'> {
  readonly storage: TrialOptions['storage']
  readonly runtime: TrialOptions['runtime']
  readonly http: () => HttpClient
}

export function createIntegrationsHandlers(
  options: IntegrationsOptions,
): Handlers<typeof integrationsContract> {
  const { runtime, config, changeSettings } = options
  const homeserver = createHomeserverApi(options)
  return {
    async 'GET /api/integrations'() {
      return { features: readIntegrations(config()) }
    },

    async 'GET /api/integrations/{id}/proxy/{kind}'({ params: { id, kind } }) {
      const render = (isOn: boolean) =>
        proxyRenderers[kind](siteOf(config(), { features: gatewayWith(id, isOn) ?? {} }))
      const [before, after] = [render(false), render(true)]
      const diff = unifiedDiff(before.text, after.text, { name: after.place, mayShow: () => true })
      return { diff, place: after.place }
    },

    async 'GET /api/integrations/passwords/module'() {
      return { fileName: moduleFileName, text: await readModuleFile() }
    },

    async 'POST /api/integrations/passwords/secret'(_input, { caller }) {
      const secret = newToken(runtime)
      await changeSettings(caller, {
        summary: '',
        operation: 'integrations.password-secret',
        changes: [{ path: ['authentication', 'provider', 'secret'], value: secret }],
      })
      return { secret }
    },

    ...createTrialHandlers({ ...options, homeserver }),
    ...createAppserviceHandlers(options),
    ...createSignUpHandlers(options),
    ...createOidcHandlers(options),
  }
}
