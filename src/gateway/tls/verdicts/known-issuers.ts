import type { X509Certificate } from 'node:crypto'
import { verdict, type Verdict } from './catalogue.ts'

/*
 * Authorities that Node's list does not know and that are still no riddle. Compared are attributes of the issuer's name,
 * as their operators publish them.
 */

/** https://developers.cloudflare.com/ssl/origin-configuration/origin-ca/ (RSA and ECC). */
const cdnOrigins = [/^OU=CloudFlare Origin SSL (ECC )?Certificate Authority$/im]

/** https://letsencrypt.org/docs/staging-environment/, and Pebble, the test server of the same people. */
const testAuthorities = [/^CN=\(STAGING\) /m, /^CN=Fake LE /m, /^CN=Pebble (Root|Intermediate) CA/m]

/** Roots that have run out and under which many chains still end. */
const expiredRoots = [/^CN=DST Root CA X3$/m, /^CN=AddTrust External CA Root$/m]

export const isFromExpiredRoot = ({ issuer }: X509Certificate) =>
  expiredRoots.some((name) => name.test(issuer))

/** What is known about the issuer of a certificate that no trusted authority vouches for. */
export function judgeKnownIssuer({ issuer }: X509Certificate): Verdict | null {
  if (cdnOrigins.some((name) => name.test(issuer))) {
    return verdict(
      'cdn-origin',
      'This is an origin certificate of Cloudflare: only Cloudflare itself trusts it, no client and no homeserver does.',
      'Let all traffic for this name go through Cloudflare (the record proxied), or use a public certificate: server.tls.mode: acme',
    )
  }
  if (testAuthorities.some((name) => name.test(issuer))) {
    return verdict(
      'test-authority',
      'The certificate comes from a test authority, which no client trusts.',
      'Ask the real one: server.tls.acme.directory: https://acme-v02.api.letsencrypt.org/directory (with certbot: without --staging or --test-cert).',
    )
  }
  return null
}
