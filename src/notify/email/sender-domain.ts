import { type DnsRecords } from '../../net/dns-records.ts'
import { DnsFailure } from '../../net/resolver.ts'

/** What DNS says about a domain that mail is sent from. The console has the words for each code. */
export interface SenderFinding {
  readonly about: 'mx' | 'spf' | 'dkim' | 'dmarc'
  readonly code:
    | 'mx-found'
    | 'mx-missing'
    | 'spf-found'
    | 'spf-missing'
    | 'spf-several'
    | 'spf-open'
    | 'spf-weak'
    | 'spf-no-mail'
    | 'dkim-found'
    | 'dkim-unknown'
    | 'dkim-missing'
    | 'dkim-revoked'
    | 'dmarc-found'
    | 'dmarc-missing'
    | 'dmarc-several'
    | 'dmarc-watching'
    | 'dns-silent'
  readonly status: 'ok' | 'warning' | 'problem' | 'unknown'
  /** Where the record stands. */
  readonly name: string
  /** The record itself; null where there is none. */
  readonly record: string | null
}

/**
 * Selectors of mail programs and large providers (Postfix with OpenDKIM, Google, Microsoft, SendGrid, Mailjet, Fastmail,
 * Proton): DNS cannot be asked for all of them, so others have to be named.
 */
const usualSelectors = [
  ...['default', 'mail', 'dkim', 'google', 'selector1', 'selector2', 's1', 's2', 'k1', 'mailjet', 'fm1'],
  ...['protonmail', 'smtp', 'mx', '2024', '2025', '2026'],
]

/**
 * Whether receivers can tell that mail of this domain is really its own: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).
 *
 * @param selector the DKIM selector, where it is known
 */
export async function lookAtSenderDomain(
  dns: DnsRecords,
  domain: string,
  selector: string | null,
): Promise<readonly SenderFinding[]> {
  const looks = [
    guarded('spf', domain, async () => spfOf(domain, await dns.txt(domain))),
    guarded('dkim', `_domainkey.${domain}`, () => dkimOf(dns, domain, selector)),
    guarded('dmarc', `_dmarc.${domain}`, () => dmarcOf(dns, domain)),
    guarded('mx', domain, async () => mxOf(domain, await dns.mx(domain))),
  ]
  return await Promise.all(looks)
}

async function guarded(
  about: SenderFinding['about'],
  name: string,
  look: () => Promise<SenderFinding>,
): Promise<SenderFinding> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof DnsFailure)) throw error
    return { about, code: 'dns-silent', status: 'unknown', name, record: null }
  }
}

function spfOf(name: string, texts: readonly string[]): SenderFinding {
  const records = texts.filter((text) => /^v=spf1(\s|$)/i.test(text))
  const [record = null] = records
  const found = (code: SenderFinding['code'], status: SenderFinding['status']): SenderFinding => {
    return { about: 'spf', code, status, name, record }
  }
  if (record === null) return found('spf-missing', 'problem')
  // RFC 7208 (4.5): with two of them nothing counts.
  if (records.length > 1) return found('spf-several', 'problem')
  if (/(^|\s)\+?all(\s|$)/i.test(record)) return found('spf-open', 'problem')
  if (/^v=spf1\s+-all\s*$/i.test(record)) return found('spf-no-mail', 'problem')
  const isClosed = /\s[-~]all(\s|$)/i.test(record) || /\sredirect=/i.test(record)
  return isClosed ? found('spf-found', 'ok') : found('spf-weak', 'warning')
}

async function dkimOf(dns: DnsRecords, domain: string, selector: string | null): Promise<SenderFinding> {
  const selectors = selector === null ? usualSelectors : [selector]
  const keys = await Promise.all(
    selectors.map(async (one) => {
      const name = `${one}._domainkey.${domain}`
      const [record] = (await dns.txt(name)).filter((text) => /(^|;)\s*p=/i.test(text))
      return record === undefined ? null : { name, record }
    }),
  )
  const [key] = keys.filter((one) => one !== null)
  const about = 'dkim' as const
  if (key !== undefined) {
    // RFC 6376 (3.6.1): an empty key is one that was taken back.
    const isRevoked = /(^|;)\s*p=\s*(;|$)/i.test(key.record)
    return {
      about,
      ...key,
      code: isRevoked ? 'dkim-revoked' : 'dkim-found',
      status: isRevoked ? 'problem' : 'ok',
    }
  }
  if (selector === null) {
    return { about, code: 'dkim-unknown', status: 'unknown', name: `_domainkey.${domain}`, record: null }
  }
  return {
    about,
    code: 'dkim-missing',
    status: 'problem',
    name: `${selector}._domainkey.${domain}`,
    record: null,
  }
}

/** A domain without a policy has that of the domain above it (RFC 7489, 6.6.3), which is not looked for further up. */
async function dmarcOf(dns: DnsRecords, domain: string): Promise<SenderFinding> {
  const parent = domain.split('.').length > 2 ? [domain.slice(domain.indexOf('.') + 1)] : []
  for (const owner of [domain, ...parent]) {
    const name = `_dmarc.${owner}`
    const records = (await dns.txt(name)).filter((text) => /^v=DMARC1\s*(;|$)/i.test(text))
    const [record] = records
    if (record === undefined) continue
    const found = { about: 'dmarc', name, record } as const
    if (records.length > 1) return { ...found, code: 'dmarc-several', status: 'problem' }
    const isStrict = /;\s*p\s*=\s*(quarantine|reject)/i.test(record)
    return isStrict
      ? { ...found, code: 'dmarc-found', status: 'ok' }
      : { ...found, code: 'dmarc-watching', status: 'ok' }
  }
  return { about: 'dmarc', code: 'dmarc-missing', status: 'warning', name: `_dmarc.${domain}`, record: null }
}

/** Null MX (RFC 7505): the domain takes no mail, and some refuse what comes from it. */
function mxOf(name: string, exchanges: readonly string[]): SenderFinding {
  const real = exchanges.filter((exchange) => exchange !== '' && exchange !== '.')
  return real.length > 0
    ? { about: 'mx', code: 'mx-found', status: 'ok', name, record: real.join(', ') }
    : { about: 'mx', code: 'mx-missing', status: 'warning', name, record: null }
}
