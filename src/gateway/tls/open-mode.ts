import { resolve } from 'node:path'
import { getCACertificates } from 'node:tls'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { Runtime } from '../../runtime.ts'
import { openAcmeMode } from './acme/acme-mode.ts'
import type { Challenges } from './acme/challenges.ts'
import type { AcmeWish } from './acme/wish.ts'
import { openFilesMode } from './files/files-mode.ts'
import type { PairFiles } from './files/pair.ts'
import type { Changed, TlsMode } from './mode.ts'
import { acmeNames, publicHost, selfSignedNames } from './names.ts'
import { readAuthorityFile } from './read-authority-file.ts'
import { openSelfSigned } from './self-signed/self-signed-mode.ts'
import { makeTlsFolder, tlsFiles } from './tls-files.ts'
import { createTlsHttp } from './tls-http.ts'

export interface ModeOptions {
  readonly config: Config
  readonly dataDir: string
  readonly runtime: Runtime
  readonly secrets: SecretReader
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly challenges: Challenges
  readonly changed: Changed
  readonly pace?: Partial<TlsPace>
}

/** How often things are looked at, in milliseconds. */
export interface TlsPace {
  /** The files of mode `files`. */
  readonly files: number
  /** Whether a certificate has to be renewed. */
  readonly renewal: number
  /** What an authority is doing: the first of growing rests. */
  readonly order: number
}

const defaultPace: TlsPace = { files: 2_000, renewal: 60_000, order: 1_000 }

/**
 * Opens the mode that the configuration wants; null for `proxy`, which needs no certificate. Throws OperatorError when
 * a file or a secret that it needs cannot be used.
 */
export async function openMode(options: ModeOptions): Promise<TlsMode | null> {
  switch (options.config.server.tls.mode) {
    case 'proxy':
      return null
    case 'files':
      return await openFiles(options)
    case 'acme':
      return await openAcme(options)
    case 'selfSigned':
      return await openOwn(options)
  }
}

const paceOf = ({ pace }: ModeOptions): TlsPace => ({ ...defaultPace, ...pace })

/** The two files of mode `files`; the rules of the configuration see to it that they are named. */
export function pairFilesOf(config: Config, dataDir: string): PairFiles {
  const { certificate, privateKey } = config.server.tls
  return {
    certificate: resolve(dataDir, certificate ?? ''),
    privateKey: resolve(dataDir, privateKey ?? ''),
  }
}

/** Whom clients of this installation trust: the usual authorities, and those of the operator. */
export const trustedBy = (authorities: readonly string[]) => [...getCACertificates('default'), ...authorities]

async function openFiles(options: ModeOptions): Promise<TlsMode> {
  const { config, dataDir, authorities, runtime } = options
  const http = createTlsHttp(config, authorities, runtime)
  const mode = await openFilesMode({
    ...options,
    files: pairFilesOf(config, dataDir),
    host: publicHost(config),
    trusted: trustedBy(authorities),
    http,
    everyMs: paceOf(options).files,
  })
  return { ...mode, close: async () => void (await Promise.all([http.close(), mode.close()])) }
}

async function openOwn(options: ModeOptions): Promise<TlsMode> {
  const { config, dataDir } = options
  await makeTlsFolder(dataDir)
  return await openSelfSigned({
    ...options,
    files: tlsFiles(dataDir),
    names: selfSignedNames(config),
    host: publicHost(config),
    everyMs: paceOf(options).renewal,
  })
}

async function openAcme(options: ModeOptions): Promise<TlsMode> {
  const { config, dataDir, secrets, authorities, runtime } = options
  const { email, eab, caFile } = config.server.tls.acme
  const { keyId, hmacKey } = eab
  await makeTlsFolder(dataDir)
  const files = tlsFiles(dataDir)
  const own =
    caFile === null ? [] : [await readAuthorityFile(resolve(dataDir, caFile), 'server.tls.acme.caFile')]
  const external =
    keyId === null || hmacKey === null
      ? null
      : { keyId, hmacKey: await secrets.read(hmacKey, 'server.tls.acme.eab.hmacKey') }
  const http = createTlsHttp(config, [...authorities, ...own], runtime)
  const mode = await openAcmeMode({
    ...options,
    wish: wishOf(config),
    account: { file: files.acmeAccount, email, external },
    files: { state: files.acmeState, certificate: files.acmeCertificate },
    http,
    restMs: paceOf(options).order,
    everyMs: paceOf(options).renewal,
  })
  return {
    ...mode,
    async close() {
      const closed = mode.close()
      await http.close()
      await closed
    },
  }
}

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
const LETS_ENCRYPT_STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory'

/** What the configuration wants from which authority. */
export function wishOf(config: Config): AcmeWish {
  const { directory, stagingDirectory, challenge, httpPort } = config.server.tls.acme
  const { host } = config.server.listen
  return {
    names: acmeNames(config),
    directory,
    stagingDirectory: stagingDirectory ?? (directory === LETS_ENCRYPT ? LETS_ENCRYPT_STAGING : null),
    challenge,
    responder: httpPort === null ? null : { host, port: httpPort },
  }
}
