import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { VerdictCode } from '../../../../src/gateway/tls/verdict.ts'
import { run } from '../../../support/child-process.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { createMemoryAuthority } from './authority.ts'

export const HOST = 'matrix.example.org'
/** A little later than all that the `openssl` command makes meanwhile. */
export const now = Date.now() + 3_600_000
export const root = createMemoryAuthority('Zoo Root', now, { to: 3650 })
export const middle = root.below('Zoo Intermediate', { to: 1000 })
export const other = createMemoryAuthority('Nobody knows me', now)
export const good = middle.issue([HOST])

/** What is judged; `root` is trusted where nothing else is said. */
export interface Case {
  readonly chainPem: string | Uint8Array
  readonly keyPem?: string | Uint8Array
  readonly host?: string
  readonly trusted?: readonly string[]
  readonly now?: number
}

/** A leaf with the chain that belongs to it. */
export const whole = (leaf: Made): Case => ({ chainPem: leaf.pem + middle.pem, keyPem: leaf.key })

interface Made {
  readonly pem: string
  readonly key: string
}

/** A self-signed certificate from the `openssl` command. */
async function openssl(...args: readonly string[]): Promise<Made> {
  const dir = await createTempDir('zoo')
  const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const ends = ['-noenc', '-days', '30', '-keyout', keyFile, '-out', certFile]
  await run('openssl', ['req', '-x509', ...args, ...ends])
  return { pem: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

const named = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`]
const server = [...named, '-addext', 'basicConstraints=critical,CA:FALSE']

/** Every animal of the zoo: what it is, how it is made, the verdicts in their order, and what a fix has to name. */
export const zoo: readonly [string, () => Case | Promise<Case>, readonly VerdictCode[], RegExp][] = [
  [
    'ran out yesterday',
    () => whole(middle.issue([HOST], { from: -90, to: -1 })),
    ['expired'],
    /certbot renew/,
  ],
  [
    'begins next year, as seen by a clock that lost its battery',
    () => whole(middle.issue([HOST], { from: 300, to: 400 })),
    ['not-yet-valid'],
    /timedatectl set-ntp true/,
  ],
  [
    'ends tomorrow',
    () => whole(middle.issue([HOST], { from: -89, to: 1 })),
    ['expires-soon'],
    /certbot renew/,
  ],
  [
    'is for another name',
    () => whole(middle.issue(['www.example.net'])),
    ['name-mismatch'],
    /matrix\.example\.org/,
  ],
  ['is used under an address', () => ({ ...whole(good), host: '192.0.2.7' }), ['ip-not-named'], /publicUrl/],
  [
    'has a wildcard that does not reach two labels deep',
    () => ({ ...whole(middle.issue(['*.example.org'])), host: 'id.matrix.example.org' }),
    ['wildcard-depth'],
    /id\.matrix\.example\.org/,
  ],
  [
    'has a wildcard for what is below the name',
    () => ({ ...whole(middle.issue(['*.example.org'])), host: 'example.org' }),
    ['wildcard-depth'],
    /example\.org as a further name/,
  ],
  [
    'has its name in the common name alone',
    () => whole(middle.issue([], { subject: HOST })),
    ['no-alternative-names'],
    /subjectAltName=DNS:matrix\.example\.org/,
  ],
  [
    'came with the key of another one',
    () => ({ ...whole(good), keyPem: middle.issue([HOST]).key }),
    ['key-mismatch'],
    /openssl x509 .*-pubkey; openssl pkey .*-pubout/,
  ],
  [
    'has a key with a passphrase (PKCS #8)',
    () => ({
      ...whole(good),
      keyPem: createPrivateKey(good.key).export({
        ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
      }),
    }),
    ['key-encrypted'],
    /openssl pkey -in/,
  ],
  [
    'has a key with a passphrase in the old way',
    async () => {
      const file = join(await createTempDir('zoo'), 'old.key')
      const phrase = ['-aes128', '-passout', 'pass:secret']
      await run('openssl', ['genrsa', '-traditional', ...phrase, '-out', file, '2048'])
      return { ...whole(good), keyPem: await readFile(file) }
    },
    ['key-encrypted'],
    /openssl pkey -in/,
  ],
  [
    'has a key that was cut off',
    () => ({ ...whole(good), keyPem: good.key.replace(/\n.{20}/, '\n') }),
    ['key-unreadable'],
    /Copy the file again/,
  ],
  [
    'was given the wrong way round',
    () => ({ chainPem: good.key, keyPem: good.pem }),
    ['files-swapped', 'key-unreadable'],
    /server\.tls\.privateKey/,
  ],
  [
    'was cut off',
    () => ({ ...whole(good), chainPem: good.pem.slice(0, 300) }),
    ['pem-unreadable'],
    /fullchain\.pem/,
  ],
  [
    'is a request',
    async () => {
      const file = join(await createTempDir('zoo'), 'request.pem')
      const ends = ['-noenc', '-subj', '/CN=a', '-keyout', `${file}.key`, '-out', file]
      await run('openssl', ['req', '-new', '-newkey', 'rsa:2048', ...ends])
      return { chainPem: await readFile(file) }
    },
    ['pem-unreadable'],
    /Send the request/,
  ],
  [
    'is a PKCS #7 bundle',
    async () => {
      const file = join(await createTempDir('zoo'), 'bundle.p7b')
      const from = await written('p7.pem', good.pem)
      await run('openssl', ['crl2pkcs7', '-nocrl', '-certfile', from, '-out', file])
      return { chainPem: await readFile(file) }
    },
    ['pem-unreadable'],
    /openssl pkcs7 -print_certs/,
  ],
  [
    'is binary',
    () => ({ ...whole(good), chainPem: new X509Certificate(good.pem).raw }),
    ['der-given'],
    /openssl x509 -inform der/,
  ],
  [
    'is a PKCS #12 file',
    async () => {
      const file = join(await createTempDir('zoo'), 'a.pfx')
      const from = await written('12.pem', good.pem + good.key)
      await run('openssl', ['pkcs12', '-export', '-in', from, '-passout', 'pass:', '-out', file])
      return { chainPem: await readFile(file) }
    },
    ['der-given'],
    /openssl pkcs12 -in/,
  ],
  [
    'was saved by an editor that adds a byte order mark',
    () => ({ ...whole(good), chainPem: `\ufeff${good.pem}${middle.pem}`.replaceAll('\n', '\r\n') }),
    ['pasted-text'],
    /plain UTF-8/,
  ],
  [
    'was saved as UTF-16',
    () => ({ ...whole(good), chainPem: Buffer.from(`\ufeff${good.pem}${middle.pem}`, 'utf16le') }),
    ['pasted-text'],
    /plain UTF-8/,
  ],
  [
    'was pasted from a variable and a YAML file',
    () => ({
      ...whole(good),
      chainPem: JSON.stringify(good.pem + middle.pem),
      keyPem: good.key.replaceAll(/^/gm, '    '),
    }),
    ['pasted-text'],
    /plain UTF-8/,
  ],
  [
    'is missing from its own file',
    () => ({ chainPem: middle.pem, keyPem: good.key }),
    ['leaf-missing'],
    /cat cert\.pem chain\.pem/,
  ],
  [
    'stands behind its intermediate',
    () => ({ ...whole(good), chainPem: middle.pem + good.pem }),
    ['wrong-order'],
    /Zoo Intermediate/,
  ],
  [
    'lacks its intermediate',
    () => {
      const leaf = middle.issue([HOST], { issuerUrl: 'http://ca.example/middle.cer' })
      return { chainPem: leaf.pem, keyPem: leaf.key }
    },
    ['chain-incomplete'],
    /curl -s http:\/\/ca\.example\/middle\.cer/,
  ],
  [
    'signed itself',
    () => openssl('-newkey', 'rsa:2048', ...server).then(pair),
    ['self-signed'],
    /mode: acme/,
  ],
  [
    'comes from an authority that nobody knows',
    () => {
      const leaf = other.issue([HOST])
      return { chainPem: leaf.pem + other.pem, keyPem: leaf.key }
    },
    ['unknown-authority'],
    /network\.caFile/,
  ],
  [
    'is for the way between Cloudflare and its customer',
    async () => {
      const subject =
        '/C=US/O=CloudFlare, Inc./OU=CloudFlare Origin SSL Certificate Authority/L=San Francisco/ST=California'
      return pair(await openssl('-newkey', 'rsa:2048', '-subj', subject, ...server.slice(2)))
    },
    ['cdn-origin'],
    /proxied/,
  ],
  [
    'comes from a staging server',
    () => {
      const staging = createMemoryAuthority('(STAGING) Ersatz Edamame E1', now)
      const leaf = staging.issue([HOST])
      return { chainPem: leaf.pem + staging.pem, keyPem: leaf.key }
    },
    ['test-authority'],
    /--staging/,
  ],
  [
    'goes on to a root that ran out, as those of 2021 did',
    () => {
      const expired = createMemoryAuthority('DST Root CA X3', now, { from: -4000, to: -1500 })
      const crossed = expired.below('Zoo Root', { key: root.key, to: 500 })
      return { ...whole(good), chainPem: good.pem + middle.pem + crossed.pem }
    },
    ['expired-root'],
    /--preferred-chain/,
  ],
  [
    'was signed by an intermediate that ran out',
    () => {
      const late = root.below('Late Intermediate', { from: -900, to: -10 })
      const leaf = late.issue([HOST])
      return { chainPem: leaf.pem + late.pem, keyPem: leaf.key }
    },
    ['issuer-expired'],
    /current one of the same authority/,
  ],
  [
    'has a short RSA key',
    async () => trusted(await openssl('-newkey', 'rsa:1024', ...server)),
    ['weak-key'],
    /ecparam -genkey/,
  ],
  [
    'is signed with SHA-1',
    async () => trusted(await openssl('-newkey', 'rsa:2048', '-sha1', ...server)),
    ['weak-signature'],
    /-sha256/,
  ],
  [
    'has a key that browsers do not know',
    async () => trusted(await openssl('-newkey', 'ed25519', ...server)),
    ['unusual-key'],
    /prime256v1/,
  ],
  [
    'is for clients',
    () => whole(middle.issue([HOST], { purposes: ['1.3.6.1.5.5.7.3.2'] })),
    ['no-server-auth'],
    /extendedKeyUsage = serverAuth/,
  ],
  [
    'is that of an authority',
    async () => trusted(await openssl('-newkey', 'rsa:2048', ...named)),
    ['ca-as-leaf'],
    /CA:FALSE/,
  ],
  [
    'stands there twice',
    () => ({ ...whole(good), chainPem: good.pem + good.pem + middle.pem }),
    ['duplicate-certificate'],
    /second copy/,
  ],
  [
    'has a stranger beside it',
    () => ({ ...whole(good), chainPem: good.pem + middle.pem + other.pem }),
    ['unrelated-certificate'],
    /Remove it/,
  ],
  ['is an empty file', () => ({ chainPem: '\n' }), ['pem-unreadable'], /BEGIN CERTIFICATE/],
]

const pair = ({ pem, key }: Made): Case => ({ chainPem: pem, keyPem: key })
const trusted = (made: Made): Case => ({ ...pair(made), trusted: [made.pem] })

async function written(name: string, content: string): Promise<string> {
  const file = join(await createTempDir('zoo'), name)
  await writeFile(file, content)
  return file
}
