import { createEmailTransport } from '../../notify/email/create.ts'
import { trySmtp, type SmtpTrial } from '../../notify/email/smtp-dialogue.ts'
import { probeSmtp, usualPorts } from '../../notify/email/smtp-probe.ts'
import type { SmtpSettings } from '../../notify/email/smtp-options.ts'
import { testMessage } from '../../notify/email/test-message.ts'
import { lookAtSenderDomain } from '../../notify/email/sender-domain.ts'
import { DeliveryError, parseMailbox } from '../../notify/email/transport.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { HttpClient } from '../../net/http-client.ts'
import { createDnsRecords } from '../../net/dns-records.ts'
import { createResolver, DnsFailure } from '../../net/resolver.ts'
import type { Runtime } from '../../runtime.ts'
import type { Handlers } from '../api/serve.ts'
import type { mailContract } from './mail-contract.ts'
import { deliveryFix } from './delivery-fixes.ts'
import { loadTrial, type TrialSettingsOptions } from './trial-settings.ts'

export interface MailOptions extends TrialSettingsOptions {
  readonly runtime: Runtime
  readonly secrets: SecretReader
  readonly http: () => HttpClient
  readonly config: () => Config
}

/** Longest wait for DNS when a mail server is looked up. */
const DNS_TIMEOUT_MS = 3_000

export function createMailHandlers(options: MailOptions): Handlers<typeof mailContract> {
  const { runtime, secrets } = options
  const readSecret: SmtpSettings['readSecret'] = (source) => secrets.read(source, 'notifications.email')

  return {
    async 'POST /api/notifications/sender'({ body: { domain, selector } }) {
      const { matrix, notifications, network } = options.config()
      const asked = domain ?? senderDomain(notifications.email.from, matrix.domain)
      const dns = createDnsRecords({ servers: network.dnsServers, timeoutMs: DNS_TIMEOUT_MS })
      return { domain: asked, findings: await lookAtSenderDomain(dns, asked, selector ?? null) }
    },

    async 'POST /api/notifications/probe'({ body: { host, port, caFile, draft } }) {
      const { matrix, notifications, network } = await loadTrial(options, 'email', { draft, section: {} })
      const addresses = await addressesOf(host, network, runtime)
      if (addresses.length === 0) return { addresses, ports: [], suggestion: null }
      const config = { ...notifications.email.smtp, host, caFile: caFile ?? null }
      const ports = new Set([...(port ? [port] : []), ...usualPorts])
      const probe = await probeSmtp({ config, domain: matrix.domain, readSecret }, [...ports])
      return { addresses, ...probe }
    },

    async 'POST /api/notifications/test'({ body: { to, email, language, draft } }) {
      const config = await loadTrial(options, 'email', { draft, section: email ?? null })
      const { dialogue, failure } = await sendTest(options, config, { to, language, readSecret })
      const { transport } = config.notifications.email
      if (failure === null) return { accepted: true, transport, dialogue }
      const { code, detail } = failure
      return { accepted: false, transport, dialogue, failure: { code, detail, fix: deliveryFix(code) } }
    },
  }
}

/** Empty for a name that has none, and where DNS is silent: the mail server cannot be found then either. */
async function addressesOf(
  host: string,
  { dnsServers }: Config['network'],
  { random }: Runtime,
): Promise<readonly string[]> {
  const resolver = createResolver({ servers: dnsServers, timeoutMs: DNS_TIMEOUT_MS, random })
  try {
    return await resolver.addresses(host)
  } catch (error) {
    if (error instanceof DnsFailure) return []
    throw error
  }
}

/** The part of the sender that receivers hold against DNS. */
function senderDomain(from: string | null, matrixDomain: string): string {
  const { address } = parseMailbox(from ?? '')
  return address.split('@')[1] ?? matrixDomain.replace(/:\d+$/, '')
}

interface Test {
  readonly to: string
  readonly language: string
  readonly readSecret: SmtpSettings['readSecret']
}

async function sendTest(
  { dataDir, runtime, http }: MailOptions,
  { matrix: { domain }, notifications: { email } }: Config,
  { to, language, readSecret }: Test,
): Promise<SmtpTrial> {
  const from = email.from ?? `noreply@${domain.replace(/:\d+$/, '')}`
  const mail = testMessage({ to, from, domain, language, random: runtime.random })
  if (email.transport === 'smtp') return await trySmtp({ config: email.smtp, domain, readSecret }, mail)
  const { log } = runtime
  const transport = createEmailTransport(email, { http: http(), domain, dataDir, readSecret, log })
  try {
    await transport.send(mail)
    return { dialogue: [], failure: null }
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    return { dialogue: [], failure: error }
  } finally {
    transport.close()
  }
}
