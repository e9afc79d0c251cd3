import { isIP } from 'node:net'

/** One server of a directory. */
export interface LdapServer {
  /** For messages: `dc1.example.org:636`. */
  readonly label: string
  /** Name or IP address, without brackets; the certificate has to carry it. */
  readonly host: string
  readonly port: number
  /** True for ldaps://. */
  readonly tls: boolean
}

interface Problem {
  readonly problem: string
  readonly fix: string
}

const example = 'Write it like ldaps://dc1.example.org or ldap://dc1.example.org:389.'

/** Reads `ldap://host`, `ldaps://host:port`; otherwise says what is wrong. */
export function parseServer(text: string): LdapServer | Problem {
  const [, scheme, rest = ''] = /^(ldaps?):\/\/(.*)$/i.exec(text) ?? []
  if (scheme === undefined) return noScheme(text)
  // Read as a URL of a scheme that has hosts by definition, for its checks and its lower-case and A-label host.
  const url = URL.parse(`https://${rest}`)
  // Not repeated: it may hold a password.
  if (url === null || url.username !== '' || url.password !== '')
    return { problem: 'This is not the URL of a directory server.', fix: example }
  if (url.pathname + url.search + url.hash !== '/') {
    const fix = 'Leave it at host and port; the place of the people belongs to "bases".'
    return { problem: `"${text}" says more than where the server is.`, fix }
  }
  const tls = scheme.toLowerCase() === 'ldaps'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // The port is taken from the text: URL drops the one that is https's default.
  const port = Number(/:(\d+)\/?$/.exec(rest)?.[1] ?? (tls ? 636 : 389))
  return { host, port, tls, label: isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}` }
}

function noScheme(text: string): Problem {
  const isHost = !text.includes('://') && URL.canParse(`https://${text}`)
  return {
    problem: 'This is not the URL of a directory server.',
    fix: isHost && !text.includes('@') ? `Write ldaps://${text} or ldap://${text}` : example,
  }
}
