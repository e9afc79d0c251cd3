import type { X509Certificate } from 'node:crypto'
import { verdict, type Verdict } from './catalogue.ts'
import { anchoredAt, isSelfSigned, type Chain, type Trust } from './chain.ts'
import { day } from './dates.ts'
import { isFromExpiredRoot, judgeKnownIssuer } from './known-issuers.ts'

/** Does the chain lead from the server to an authority that is trusted, and in good order? */
export function judgeChain(chain: Chain, trust: Trust, now: number): readonly Verdict[] {
  const anchor = anchoredAt(chain.path, trust)
  return [
    ...(anchor < 0 ? [judgeTop(chain)] : []),
    ...judgeExpired(chain.path, anchor, now),
    ...judgeOrder(chain),
  ]
}

/** No trusted authority was reached: why? */
function judgeTop({ path }: Chain): Verdict {
  const [leaf] = path
  const top = path.at(-1)
  if (leaf === undefined || top === undefined) throw new Error('a chain has a leaf')
  const known = path.map(judgeKnownIssuer).find((one) => one !== null)
  if (known !== undefined && known !== null) return known
  if (isSelfSigned(leaf)) {
    return verdict(
      'self-signed',
      'The certificate is signed by itself: every client and homeserver refuses it.',
      'Use server.tls.mode: acme for a public name, or selfSigned for a private network (its authority can be installed on the clients).',
    )
  }
  if (isSelfSigned(top)) return unknownAuthority(nameOf(top.subject))
  if (isFromExpiredRoot(top)) {
    return verdict(
      'issuer-expired',
      `The chain leads to ${nameOf(top.issuer)} alone, an authority that has run out.`,
      'Let the certificate be issued again; with certbot: certbot renew --force-renewal',
    )
  }
  const url = issuerUrl(top)
  if (url === null) return unknownAuthority(nameOf(top.issuer))
  return verdict(
    'chain-incomplete',
    `The certificate of ${nameOf(top.issuer)} is missing between ${top === leaf ? 'the server' : nameOf(top.subject)} and its authority. Some browsers fetch it; Synapse, phones and most programs refuse.`,
    `Use fullchain.pem instead of cert.pem, or append the missing certificate: curl -s ${url} | openssl x509 -inform der >> fullchain.pem`,
  )
}

function unknownAuthority(name: string): Verdict {
  return verdict(
    'unknown-authority',
    `The authority ${name} is not among those that this machine trusts.`,
    'With an authority of your own: install its certificate on every client and on the homeserver, and name it in network.caFile. Otherwise use a public one: server.tls.mode: acme',
  )
}

/** Certificates above the leaf that have run out: on the way that clients need, or beyond it. */
function* judgeExpired(path: readonly X509Certificate[], anchor: number, now: number): Iterable<Verdict> {
  for (const [index, one] of path.entries()) {
    if (index === 0) continue
    const ended = one.validToDate.getTime() < now
    if (ended && (anchor < 0 || index <= anchor)) {
      yield verdict(
        'issuer-expired',
        `The certificate of ${nameOf(one.subject)}, which signed this one, ran out on ${day(one.validToDate)}.`,
        'Replace it by the current one of the same authority (its web site has it), or let the certificate be issued again.',
      )
    } else if (ended || (anchor >= 0 && isFromExpiredRoot(one))) {
      yield verdict(
        'expired-root',
        `The chain goes on to ${nameOf(ended ? one.subject : one.issuer)}, which has run out. Current clients stop before it; old ones (OpenSSL 1.0, Android 7) refuse.`,
        `Remove the certificate of ${nameOf(one.subject)} from the end of the file; with certbot: --preferred-chain "ISRG Root X1"`,
      )
      return
    }
  }
}

function* judgeOrder(chain: Chain): Iterable<Verdict> {
  if (!chain.inOrder) {
    yield verdict(
      'wrong-order',
      "The certificates are not in the order in which they sign each other. Signpost sends them in the right order; other programs don't.",
      `Put them into this order: ${chain.path.map(({ subject }) => nameOf(subject)).join(', then ')}.`,
    )
  }
  if (chain.hasDuplicates) {
    yield verdict(
      'duplicate-certificate',
      'A certificate stands in the file more than once.',
      'Remove the second copy. Often cert.pem was put before fullchain.pem, which begins with it already.',
    )
  }
  for (const one of chain.unrelated) {
    yield verdict(
      'unrelated-certificate',
      `The certificate of ${nameOf(one.subject)} signs nothing in this chain.`,
      'Remove it from the file; it may belong to another certificate, or be an older intermediate.',
    )
  }
}

/** Where the certificate of the issuer can be had (RFC 5280, section 4.2.2.1). */
export function issuerUrl(certificate: X509Certificate): string | null {
  const [, url] = /^CA Issuers - URI:(https?:\S+)$/m.exec(certificate.infoAccess ?? '') ?? []
  return url ?? null
}

/** The part of a subject or issuer by which people know it. */
export function nameOf(distinguishedName: string): string {
  const field = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(distinguishedName)?.[1]
  return field('CN') ?? field('OU') ?? field('O') ?? 'an authority without a name'
}
