import type { SecretReader } from './config/secrets.ts'
import { createOutbound, type OutboundOptions } from './federation/outbound.ts'
import type { PeerKeys } from './federation/peer-keys.ts'
import { createFederationClient } from './homeserver/federation-client.ts'
import { createOnbind, type Onbind } from './homeserver/onbind.ts'
import { createOpenId, type OpenId } from './homeserver/openid.ts'
import { homeserverPins } from './homeserver/pins.ts'
import { createServerKeys } from './homeserver/server-keys.ts'
import { createXMatrixVerifier, type XMatrixVerifier } from './homeserver/x-matrix.ts'
import type { RemoteLookup } from './lookup/remote.ts'
import type { HttpClient } from './net/http-client.ts'
import { createServerDiscovery } from './net/server-discovery.ts'
import { createWellKnown } from './net/well-known.ts'
import { createNetwork, type NetworkOptions } from './network.ts'
import { createEmailTransport } from './notify/email/create.ts'
import type { EmailTransport } from './notify/email/transport.ts'
import type { NotificationServices } from './notify/handlers.ts'
import { createMessages, type Messages } from './notify/messages.ts'
import { createSmsTransport } from './notify/sms/create.ts'
import type { SmsTransport } from './notify/sms/transport.ts'
import { ownNames, publicUrl } from './public-url.ts'

/** Everything that talks to the world outside, as one configuration asks for it. */
export interface Services extends NotificationServices {
  readonly http: HttpClient
  readonly openId: OpenId
  readonly onbind: Onbind
  readonly signatures: XMatrixVerifier
  /** Signing keys of other identity servers. */
  readonly peerKeys: PeerKeys
  /** Asks other identity servers, central ones and bridges. */
  readonly remote: RemoteLookup
  readonly messages: Messages
  readonly email: EmailTransport
  readonly sms: SmsTransport
  /** Resolves once the work under way is done; each piece of it has a time limit of its own. */
  drain(): Promise<void>
  /** Cuts off what is under way. */
  close(): Promise<void>
}

export interface ServiceOptions extends NetworkOptions, Pick<OutboundOptions, 'signer' | 'budget'> {
  readonly dataDir: string
  readonly secrets: SecretReader
  readonly observePeer: NonNullable<OutboundOptions['observe']>
}

export function createServices(options: ServiceOptions): Services {
  const { config, runtime, dataDir, secrets } = options
  const { log, clock, random } = runtime
  const { resolver, http } = createNetwork(options)
  const wellKnown = createWellKnown({ http, clock, random })
  const discovery = createServerDiscovery({ pins: homeserverPins(config), wellKnown, resolver })
  const federation = createFederationClient({ discovery, http })
  const keys = createServerKeys({ federation, clock })
  const outbound = createOutbound({
    ...options,
    http,
    resolver,
    ownNames: ownNames(config),
    observe: options.observePeer,
  })

  const { domain } = config.matrix
  const { email, sms } = config.notifications
  const readSecret = (source: Parameters<SecretReader['read']>[0]) => secrets.read(source, 'notifications')
  const emailTransport = createEmailTransport(email, { http, domain, dataDir, readSecret, log })
  return {
    http,
    openId: createOpenId({ federation }),
    onbind: createOnbind({ federation, timeoutMs: Math.min(config.network.timeout, 60_000) }),
    signatures: createXMatrixVerifier({ keys, ownNames: ownNames(config) }),
    peerKeys: outbound.keys,
    remote: outbound.remote,
    messages: createMessages({ config: email, domain, publicUrl: publicUrl(config), clock, log }),
    email: emailTransport,
    sms: createSmsTransport(sms, { http, dataDir, clock, log, readSecret }),
    drain: async () => {
      emailTransport.close()
      await http.drain()
    },
    close: async () => {
      emailTransport.close()
      await http.close()
    },
  }
}
