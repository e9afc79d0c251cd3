import { readFile, stat } from 'node:fs/promises'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../../config/file-error.ts'
import { isServable, type Material } from '../tls-files.ts'
import { judgeCertificate, type Verdict } from '../verdict.ts'
import { arrange } from '../verdicts/chain.ts'
import { readCertificates } from '../verdicts/read-certificates.ts'
import { readKey } from '../verdicts/read-key.ts'
import { keyPem } from '../x509/build.ts'

/** The two files of mode `files`, as absolute paths. */
export interface PairFiles {
  readonly certificate: string
  readonly privateKey: string
}

export interface PairContext {
  /** Under which clients connect. */
  readonly host: string
  readonly trusted: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Why a pair cannot be served, in the words of a verdict. */
export interface PairRefusal {
  /** A verdict's code, `file-unreadable` or `not-servable`. */
  readonly code: string
  /** Which of the two files it is about. */
  readonly about: keyof PairFiles
  readonly detail: string
  readonly fix: string
}

export type PairRead =
  | {
      readonly refusal: null
      /** The chain in the right order, without what does not belong there. */
      readonly material: Material
      /** What clients will not like all the same. */
      readonly verdicts: readonly Verdict[]
    }
  | { readonly refusal: PairRefusal }

/** Reads both files and says whether a listener can serve them. */
export async function readPair(files: PairFiles, { host, trusted, now }: PairContext): Promise<PairRead> {
  const chainPem = await read(files, 'certificate')
  const pem = await read(files, 'privateKey')
  if ('refusal' in chainPem) return chainPem
  if ('refusal' in pem) return pem
  const verdicts = judgeCertificate({ chainPem: chainPem.content, keyPem: pem.content, host, now, trusted })
  const unusable = verdicts.find(({ severity }) => severity === 'unusable')
  if (unusable !== undefined) return { refusal: refusalOf(unusable) }
  const key = readKey(pem.content)
  if ('verdict' in key) return { refusal: refusalOf(key.verdict) }
  const { path } = arrange(readCertificates(chainPem.content).certificates, key.key)
  const cert = path.map((one) => one.toString()).join('')
  const material = { cert, key: keyPem(key.key) }
  if (!isServable(material)) return { refusal: refusalOf(verdicts.find(isAboutStrength) ?? notServable) }
  return { refusal: null, material, verdicts }
}

const isAboutStrength = ({ code }: Verdict) => code === 'weak-key' || code === 'weak-signature'

const notServable = {
  code: 'not-servable',
  detail: 'OpenSSL does not serve this certificate, and does not say why in words that help.',
  fix: 'Let a certificate be issued for a new key: openssl ecparam -genkey -name prime256v1 -noout -out privkey.pem',
}

function refusalOf({ code, detail, fix }: Pick<PairRefusal, 'code' | 'detail' | 'fix'>): PairRefusal {
  return { code, about: code.startsWith('key-') ? 'privateKey' : 'certificate', detail, fix }
}

async function read(
  files: PairFiles,
  about: keyof PairFiles,
): Promise<{ readonly content: Buffer } | { readonly refusal: PairRefusal }> {
  const path = files[about]
  try {
    return { content: await readFile(path) }
  } catch (error) {
    const detail = explainSystemError(error, path)
    return { refusal: { code: 'file-unreadable', about, detail, fix: systemErrorFix(error, path, 'read') } }
  }
}

/**
 * Changes when one of the files does. Links are followed, so that certbot's and Kubernetes' way to put a new link in the
 * place of the old one shows as well.
 */
export async function stampOf({ certificate, privateKey }: PairFiles): Promise<string> {
  const stamps = await Promise.all([certificate, privateKey].map(stamp))
  return stamps.join(' ')
}

async function stamp(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs } = await stat(path)
    return [dev, ino, size, mtimeMs].join(':')
  } catch (error) {
    return systemErrorCode(error) ?? 'unreadable'
  }
}
