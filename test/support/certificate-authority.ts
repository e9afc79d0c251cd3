import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { run } from './child-process.ts'

/** Key and certificate of a TLS server, as files and as PEM text. */
export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

/** A private certificate authority, valid for a day. */
export interface Authority {
  readonly caFile: string
  readonly caPem: string
  /** A server certificate for these DNS names and IP addresses (at least one), as subject alternative names. */
  issue(names: readonly string[]): Promise<Certificate>
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '1']

/** Makes a certificate authority with the `openssl` command (3.0 or later); all its files are kept in `dir`. */
export async function createAuthority(dir: string): Promise<Authority> {
  const caFile = join(dir, 'ca.pem')
  const caKeyFile = join(dir, 'ca.key')
  await run('openssl', [
    ...['req', '-x509', ...NEW_KEY, '-subj', '/CN=Signpost test authority'],
    // openssl's own request defaults already carry basicConstraints=critical,CA:TRUE.
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', caKeyFile, '-out', caFile],
  ])

  let issued = 0
  async function issue(names: readonly string[]): Promise<Certificate> {
    if (names.length === 0) throw new Error('a server certificate needs at least one name')
    issued += 1
    const certFile = join(dir, `server-${issued}.pem`)
    const keyFile = join(dir, `server-${issued}.key`)
    const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',')
    await run('openssl', [
      ...[
        'req',
        '-x509',
        '-CA',
        caFile,
        '-CAkey',
        caKeyFile,
        ...NEW_KEY,
        '-subj',
        '/CN=Signpost test server',
      ],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth'],
      ...['-addext', `subjectAltName=${alternatives}`, '-keyout', keyFile, '-out', certFile],
    ])
    return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  }

  return { caFile, caPem: await readFile(caFile, 'utf8'), issue }
}
