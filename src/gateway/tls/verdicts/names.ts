import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { parseIp } from '../../../net/ip-address.ts'
import { verdict, type Verdict } from './catalogue.ts'

/** DNS names and IP addresses that a certificate is for; e-mail addresses and the like are left out. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  // Node quotes values that hold separators; no host name does, so those can stay as they are.
  return (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => {
    if (entry.startsWith('DNS:')) return [entry.slice(4)]
    if (!entry.startsWith('IP Address:')) return []
    const address = entry.slice('IP Address:'.length)
    return [parseIp(address)?.toString() ?? address]
  })
}

/** Is the certificate for this host (a name, or an IP address without brackets)? Null when it is. */
export function judgeNames(certificate: X509Certificate, host: string): Verdict | null {
  if (isIP(host) !== 0) return judgeAddress(certificate, host)
  const name = domainToASCII(host.replace(/\.$/, '')) || host
  const options = { subject: 'never', partialWildcards: false } as const
  if (certificate.checkHost(name, options) !== undefined) return null
  const names = namesOf(certificate)
  if (names.length === 0) return judgeCommonName(certificate, name)
  const wildcard = names.find((pattern) => pattern.startsWith('*.') && isNear(name, pattern.slice(2)))
  if (wildcard !== undefined) return tooFar(wildcard, name)
  return verdict(
    'name-mismatch',
    `The certificate is for ${listed(names)}, not for ${name}.`,
    `Let it be issued again with ${name} among its names, or correct server.publicUrl if that name is the wrong one.`,
  )
}

function judgeAddress(certificate: X509Certificate, address: string): Verdict | null {
  if (certificate.checkIP(address) !== undefined) return null
  const names = namesOf(certificate)
  return verdict(
    'ip-not-named',
    `Clients are told to use the IP address ${address}, and the certificate is for ${listed(names)}.`,
    names.some((name) => isIP(name) === 0)
      ? 'Set server.publicUrl to the name that the certificate is for; public authorities rarely certify addresses.'
      : `Let the certificate be issued for ${address}, or give this server a name.`,
  )
}

function judgeCommonName(certificate: X509Certificate, name: string): Verdict {
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? ''
  return verdict(
    'no-alternative-names',
    `The certificate has ${commonName === '' ? 'no name at all' : `only the common name ${commonName}`}, and no subject alternative names; clients read nothing else (RFC 9525).`,
    `Let it be issued again with a subject alternative name: openssl req ... -addext "subjectAltName=DNS:${name}"`,
  )
}

/** The wildcard's own domain, or a name more than one label below it. */
const isNear = (name: string, domain: string) => name === domain || name.endsWith(`.${domain}`)

function tooFar(wildcard: string, name: string): Verdict {
  const domain = wildcard.slice(2)
  return verdict(
    'wildcard-depth',
    name === domain
      ? `The wildcard ${wildcard} covers names below ${domain}, but not ${domain} itself.`
      : `The wildcard ${wildcard} covers one label only, and ${name} is deeper.`,
    `Let the certificate be issued with ${name} as a further name, or use a name that is directly below ${domain}.`,
  )
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no name'
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown
}

/** Whatever their order and case. */
export function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const sorted = (names: readonly string[]) =>
    names
      .map((name) => name.toLowerCase())
      .sort()
      .join(' ')
  return sorted(some) === sorted(others)
}
