import ipaddr from 'ipaddr.js'
import type { Finding, KeyPath } from './problems.ts'
import type { Config } from './schema.ts'

/** The rules of `server.tls`: each mode needs its own keys, the others may lie ready. */
export function* checkTls(config: Config): Iterable<Finding> {
  const { tls } = config.server
  yield* checkNames(['server', 'tls', 'acme', 'domains'], tls.acme.domains, certifiable(config), {
    message: 'is not a name that the certification authority certifies this way',
    fix: 'Write a full name like matrix.example.org. Wildcards and IP addresses are for mode: files or selfSigned.',
  })
  yield* checkNames(['server', 'tls', 'selfSigned', 'names'], tls.selfSigned.names, isNameOrAddress, {
    message: 'is neither a host name nor an IP address',
    fix: 'Write it without a scheme and a port: signpost.lan or 192.168.1.5',
  })
  if (tls.mode === 'files') yield* checkFiles(config)
  if (tls.mode === 'acme') yield* checkAcme(config)
}

function* checkFiles({ server: { tls } }: Config): Iterable<Finding> {
  for (const key of ['certificate', 'privateKey'] as const) {
    if (tls[key] !== null) continue
    yield {
      keys: ['server', 'tls', key],
      message: 'TLS from files (server.tls.mode: files) needs this file.',
      fix: 'Write the path of the PEM file, or "mode: proxy" when a reverse proxy does TLS.',
    }
  }
}

function* checkAcme(config: Config): Iterable<Finding> {
  const { server, matrix } = config
  const { acme } = server.tls
  const at = (...keys: readonly string[]): KeyPath => ['server', 'tls', 'acme', ...keys]
  if (!acme.agreeToTerms) {
    yield {
      keys: at('agreeToTerms'),
      message: 'The certification authority issues nothing before its terms of service are agreed to.',
      fix: "Read them (Let's Encrypt: https://letsencrypt.org/repository/) and write agreeToTerms: true",
    }
  }
  const publicName = server.publicUrl === null ? matrix.domain : new URL(server.publicUrl).hostname
  if (acme.domains.length === 0 && !certifiable(config)(publicName)) {
    yield {
      keys: at('domains'),
      message: `The certification authority does not certify ${publicName}, the name in server.publicUrl.`,
      fix: 'Give this server a public name (server.publicUrl), or write "mode: selfSigned" for a private network.',
    }
  }
  if (acme.challenge === 'http-01' && acme.httpPort === server.listen.port) {
    yield {
      keys: at('httpPort'),
      message: `The answers to the authority and the public listener (server.listen) share port ${acme.httpPort}.`,
      fix: 'Let the public listener have 443, or another port.',
    }
  }
  const [given, missing] = acme.eab.keyId === null ? ['hmacKey', 'keyId'] : ['keyId', 'hmacKey']
  if ((acme.eab.keyId === null) !== (acme.eab.hmacKey === null)) {
    yield {
      keys: at('eab', missing),
      message: `An external account has two parts, and only ${given} is there.`,
      fix: 'Write both as the certification authority shows them, or neither.',
    }
  }
}

function* checkNames(
  keys: KeyPath,
  names: readonly string[],
  allowed: (name: string) => boolean,
  { message, fix }: { readonly message: string; readonly fix: string },
): Iterable<Finding> {
  for (const [index, name] of names.entries()) {
    if (!allowed(name)) yield { keys: [...keys, index], message: `"${name}" ${message}.`, fix }
  }
}

/** Labels of letters, digits and hyphens; names of other scripts in their ASCII form. */
const hostName = /^(?=.{1,253}$)(?!-)[a-z\d-]{1,63}(?<!-)(\.(?!-)[a-z\d-]{1,63}(?<!-))*$/i

/** Domains that no public authority answers for (RFC 6761, RFC 8375, RFC 9476); one of your own may. */
const privateDomain = /(^|\.)(localhost|local|lan|internal|home\.arpa|test|invalid|example|alt)$/i

/** Without DNS for wildcards, and without addresses, whose last label is a number. */
function certifiable({ server }: Config): (name: string) => boolean {
  const { directory } = server.tls.acme
  const isPublic = new URL(directory).hostname.endsWith('.letsencrypt.org')
  return (name) =>
    hostName.test(name) &&
    /(^|\.)[a-z][a-z\d-]*$/i.test(name) &&
    name !== 'localhost' &&
    !(isPublic && (privateDomain.test(name) || !name.includes('.')))
}

const isNameOrAddress = (name: string) => hostName.test(name) || ipaddr.isValid(name)
