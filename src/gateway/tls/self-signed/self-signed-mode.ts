import { X509Certificate } from 'node:crypto'
import type { Runtime } from '../../../runtime.ts'
import { renewalTime } from '../acme/renewal.ts'
import type { Changed, TlsMode } from '../mode.ts'
import { readMaterial, writeMaterial, type Material, type TlsFiles } from '../tls-files.ts'
import { isIssuedBy } from '../verdicts/chain.ts'
import { namesOf, sameNames } from '../verdicts/names.ts'
import { issueLeaf, openAuthority, type OwnAuthority } from './authority.ts'

export interface SelfSignedOptions {
  readonly files: Pick<TlsFiles, 'authority' | 'selfSigned'>
  readonly names: readonly string[]
  /** For the name of the authority. */
  readonly host: string
  readonly runtime: Runtime
  readonly changed: Changed
  /** How often it is looked whether the certificate has to be renewed, in milliseconds. */
  readonly everyMs: number
}

/** Certificates from an authority of this installation's own: ten years, and 398 days for the server. */
export async function openSelfSigned(options: SelfSignedOptions): Promise<TlsMode> {
  const { files, names, host, runtime, changed, everyMs } = options
  let current = await freshMaterial()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isClosed = false

  async function freshMaterial(): Promise<Material> {
    const authority = await openAuthority(files.authority, host, runtime)
    const known = await readMaterial(files.selfSigned)
    if (known !== null && isGood(known, authority, names, runtime.clock.now())) return known
    const fresh = issueLeaf(authority, names, runtime)
    await writeMaterial(files.selfSigned, fresh)
    return fresh
  }

  async function look(): Promise<void> {
    const next = await freshMaterial()
    if (isClosed || next.cert === current.cert) return
    current = next
    runtime.log.info({ names }, 'a new certificate of the private authority is in use')
    changed(next)
  }

  return {
    current: () => current,
    start() {
      timer = setInterval(() => {
        turn = turn.then(look).catch((err: unknown) => runtime.log.error({ err }, 'no certificate was made'))
      }, everyMs)
      timer.unref()
    },
    async close() {
      isClosed = true
      clearInterval(timer)
      await turn
    },
  }
}

function isGood(known: Material, authority: OwnAuthority, names: readonly string[], now: number): boolean {
  const leaf = new X509Certificate(known.cert)
  return (
    isIssuedBy(leaf, authority.certificate) &&
    sameNames(namesOf(leaf), names) &&
    now >= leaf.validFromDate.getTime() &&
    now < renewalTime(leaf, null)
  )
}
