import { resolve } from 'node:path'
import { getCACertificates } from 'node:tls'
import { OperatorError } from '../../config/operator-error.ts'
import type { ConfigProblem } from '../../config/problems.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { Runtime } from '../../runtime.ts'
import type { Challenges } from './acme/challenges.ts'
import { readAcmeInputs, wishOf } from './acme/from-config.ts'
import { openFilesMode } from './files/files-mode.ts'
import { readPair, type PairFiles } from './files/pair.ts'
import type { Changed, TlsMode } from './mode.ts'
import { publicHost, selfSignedNames } from './names.ts'
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
  const { config, dataDir, secrets, runtime } = options
  await makeTlsFolder(dataDir)
  const files = tlsFiles(dataDir)
  const { authorities, external } = await readAcmeInputs(config, dataDir, secrets)
  const { email } = config.server.tls.acme
  // What it needs (JSON signatures) is loaded where it is used: most installations have a proxy or files.
  const { openAcmeMode } = await import('./acme/acme-mode.ts')
  const http = createTlsHttp(config, [...options.authorities, ...authorities], runtime)
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

/** Why another configuration cannot be taken over, found without taking it over. */
export async function checkMode(
  options: Omit<ModeOptions, 'changed' | 'challenges'>,
): Promise<readonly ConfigProblem[]> {
  const { config, dataDir, secrets, authorities, runtime } = options
  switch (config.server.tls.mode) {
    case 'files': {
      const context = { host: publicHost(config), trusted: trustedBy(authorities), now: runtime.clock.now() }
      const { refusal } = await readPair(pairFilesOf(config, dataDir), context)
      return refusal === null ? [] : [problemOf(refusal.about, refusal.detail, refusal.fix)]
    }
    case 'acme':
      try {
        await readAcmeInputs(config, dataDir, secrets)
        return []
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error
        return [problemOf('acme', `Signpost could not ${error.tried}. ${error.likelyCause}`, error.fix)]
      }
    default:
      return []
  }
}

const problemOf = (key: string, message: string, fix: string) => ({ path: `server.tls.${key}`, message, fix })
