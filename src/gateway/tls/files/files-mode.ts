import { OperatorError } from '../../../config/operator-error.ts'
import type { HttpClient } from '../../../net/http-client.ts'
import type { Runtime } from '../../../runtime.ts'
import { completeChain } from '../complete-chain.ts'
import type { Changed, TlsMode } from '../mode.ts'
import type { Material } from '../tls-files.ts'
import type { Verdict } from '../verdict.ts'
import { readPair, stampOf, type PairContext, type PairFiles, type PairRead } from './pair.ts'

export interface FilesModeOptions extends Omit<PairContext, 'now'> {
  readonly files: PairFiles
  readonly http: HttpClient
  readonly runtime: Runtime
  readonly changed: Changed
  /** How often the files are looked at, in milliseconds. */
  readonly everyMs: number
}

/** Twice a day, as one looks at a calendar. */
const RECONSIDER_MS = 12 * 3_600_000

/**
 * Certificate and key from files that something else renews. They are looked at in short intervals instead of waiting
 * for notices of the file system: those do not come from network file systems, from files mounted into a container, and
 * from behind the links that certbot swaps. A pair that cannot be served (half of it is written, say) changes nothing.
 * Throws OperatorError `tls-unusable` when there is no good pair to begin with.
 */
export async function openFilesMode(options: FilesModeOptions): Promise<TlsMode> {
  const { files, http, runtime, changed, everyMs } = options
  const { log, clock } = runtime
  let handled = await stampOf(files)
  let settling = handled
  const first = await read()
  if (first.refusal !== null) throw unusable(files, first)
  let current = first.material
  warnOf(first.verdicts)
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isClosed = false
  let reconsiderAt = clock.now() + RECONSIDER_MS

  function read(): Promise<PairRead> {
    return readPair(files, { ...options, now: clock.now() })
  }

  async function look(): Promise<void> {
    const stamp = await stampOf(files)
    const isSettled = stamp === settling
    settling = stamp
    if (stamp === handled) {
      if (clock.now() >= reconsiderAt) await reconsider()
      return
    }
    // Two looks must see the same, or somebody may still be writing.
    if (!isSettled) return
    handled = stamp
    const pair = await read()
    if (pair.refusal !== null) {
      const { code, detail, fix } = pair.refusal
      log.warn({ code, detail, fix }, 'the changed certificate cannot be used; the former one stays')
      return
    }
    warnOf(pair.verdicts)
    log.info({}, 'a changed certificate is in use')
    use(pair.material)
    await mend(pair.material, pair.verdicts)
  }

  /** Nothing has changed, but time: the certificate may run out unnoticed, and an intermediate be in reach now. */
  async function reconsider(): Promise<void> {
    reconsiderAt = clock.now() + RECONSIDER_MS
    const pair = await read()
    if (pair.refusal !== null) return
    warnOf(pair.verdicts)
    if (pair.material.cert === current.cert) await mend(current, pair.verdicts)
  }

  function use(material: Material): void {
    if (isClosed) return
    current = material
    changed(material)
  }

  /** Fetches what the chain lacks. Not before the listener is open: nobody has to wait for it. */
  async function mend(material: Material, verdicts: readonly Verdict[]): Promise<void> {
    if (!verdicts.some(({ code }) => code === 'chain-incomplete')) return
    const { cert: chainPem, key: keyPem } = material
    const cert = await completeChain({ chainPem, keyPem, trusted: options.trusted, http })
    if (cert === null || current !== material) return
    log.info({}, 'the missing intermediate certificate was fetched and is sent along')
    use({ cert, key: keyPem })
  }

  function warnOf(verdicts: readonly Verdict[]): void {
    for (const { code, detail, fix } of verdicts)
      log.warn({ code, detail, fix }, 'the certificate has a fault')
  }

  function next(work: () => Promise<void>): void {
    turn = turn
      .then(work)
      .catch((err: unknown) => log.error({ err }, 'the certificate could not be looked at'))
  }

  return {
    current: () => current,
    start() {
      next(() => mend(current, first.verdicts))
      timer = setInterval(() => next(look), everyMs)
      timer.unref()
    },
    async close() {
      isClosed = true
      clearInterval(timer)
      await turn
    },
  }
}

function unusable(files: PairFiles, { refusal }: PairRead): OperatorError {
  const about = refusal?.about ?? 'certificate'
  return new OperatorError('tls-unusable', {
    tried: `use server.tls.${about} (${files[about]})`,
    likelyCause: refusal?.detail ?? '',
    fix: refusal?.fix ?? '',
  })
}
