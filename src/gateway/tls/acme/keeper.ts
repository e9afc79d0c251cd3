import { X509Certificate } from 'node:crypto'
import type { HttpClient } from '../../../net/http-client.ts'
import type { Runtime } from '../../../runtime.ts'
import { readMaterial, writeMaterial, type Material } from '../tls-files.ts'
import { forgetAccount, openAccount, type AccountOptions } from './account.ts'
import { askAdvice, certificateId } from './advice.ts'
import { restAfter } from './back-off.ts'
import type { Challenges } from './challenges.ts'
import { openAcmeClient, type AcmeClient } from './client.ts'
import { AcmeFailure, asAcmeFailure, clockWrong } from './failure.ts'
import { withHttpResponder } from './http-responder.ts'
import { obtainCertificate } from './order.ts'
import { createPoll } from './poll.ts'
import { mustWait, renewalTime } from './renewal.ts'
import { readAcmeState, writeAcmeState, type AcmeState } from './state.ts'
import { isDue, isWanted, wantedBy, windowOf, type AcmeWish } from './wish.ts'

export interface KeeperOptions {
  readonly wish: AcmeWish
  readonly account: AccountOptions
  readonly files: { readonly state: string; readonly certificate: string }
  readonly http: HttpClient
  readonly runtime: Runtime
  readonly challenges: Challenges
  /** Called with each new certificate, once it is on the disk. */
  readonly renewed: (material: Material) => void
  /** First rest between two looks at what the authority is doing; see `createPoll`. */
  readonly restMs: number
}

/** Keeps one certificate fresh. */
export interface Keeper {
  /** Does what is due now, if anything. Calls take turns; a failure is logged, remembered, and waits. Never rejects. */
  look(): Promise<void>
  /** The same, without waiting for the end of the rest after a failure: somebody has mended its cause. */
  retry(): Promise<void>
  /** Cuts off what is under way; the next start goes on with it. */
  stop(): Promise<void>
}

const DAY_MS = 86_400_000
/** Everything that one order may take: authorities that are busy check for minutes. */
const LONGEST_ORDER_MS = 10 * 60_000

export function createKeeper(options: KeeperOptions): Keeper {
  const { wish, files, runtime } = options
  const { clock, log } = runtime
  const closing = new AbortController()
  const wanted = wantedBy(wish)
  let turn: Promise<void> = Promise.resolve()

  const load = () => readAcmeState(files.state)
  const remember = async (change: Partial<AcmeState>) =>
    await writeAcmeState(files.state, { ...(await load()), ...change })

  async function look(): Promise<void> {
    const now = clock.now()
    const state = await load()
    if (closing.signal.aborted || mustWait(state.failure, wanted, now)) return
    const certificate = await currentCertificate(files.certificate)
    const held = isWanted(certificate, wish, state.issued) ? certificate : null
    if (held !== null && !isDue(held, state, now)) return
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LONGEST_ORDER_MS)])
    try {
      await attempt(held, state, signal)
    } catch (error) {
      if (closing.signal.aborted) return
      await fail(asAcmeFailure(error, signal, LONGEST_ORDER_MS), state)
    }
  }

  async function attempt(held: X509Certificate | null, state: AcmeState, signal: AbortSignal): Promise<void> {
    if (held === null && wish.stagingDirectory !== null && state.stagingPassed !== wanted) {
      await rehearse(wish.stagingDirectory, signal)
    }
    const client = await open(wish.directory, signal)
    if (held !== null && (await mayRest(client, held, state))) return
    const replaces = held === null || client.directory.renewalInfo === undefined ? null : certificateId(held)
    const material = await order(client, replaces, signal)
    await writeMaterial(files.certificate, material)
    options.renewed(material)
    const fresh = new X509Certificate(material.cert)
    const issued = { fingerprint: fresh.fingerprint256, directory: wish.directory }
    await remember({ order: null, failure: null, advice: null, issued })
    log.info({ names: wish.names, notAfter: fresh.validToDate.toISOString() }, 'a certificate was issued')
    // Where the authority does not tell its time, the new certificate does.
    if (client.serverTime === null && clock.now() >= renewalTime(fresh, null))
      throw clockWrong(clock.now(), fresh.validFromDate.getTime())
  }

  /** True when the authority, or its clock, says that the certificate is still good enough. */
  async function mayRest(client: AcmeClient, held: X509Certificate, state: AcmeState): Promise<boolean> {
    const now = clock.now()
    const skew = (client.serverTime ?? now) - now
    const isWrong = Math.abs(skew) > DAY_MS
    const { window: said, checkAgainMs } = await askAdvice(client, held, now)
    const window = said === 'unknown' ? windowOf(state, held) : said
    // With a clock that runs years ahead, every new certificate would be due at once, until the limits are used up.
    if ((isWrong ? now + skew : now) >= renewalTime(held, window)) return false
    const advice = { fingerprint: held.fingerprint256, at: now, checkAgainAt: now + checkAgainMs, window }
    await remember({ advice })
    if (isWrong) throw clockWrong(now, now + skew)
    if (state.failure !== null) await remember({ failure: null })
    return true
  }

  /** Shows that everything is set up rightly, where mistakes cost nothing. The certificate is thrown away. */
  async function rehearse(directory: string, signal: AbortSignal): Promise<void> {
    try {
      await order(await open(directory, signal), null, signal)
    } catch (error) {
      if (!(error instanceof AcmeFailure) || !tellsNothing.has(error.code)) throw error
      log.warn({ code: error.code, detail: error.message }, 'the staging directory is of no use now')
      return
    }
    await remember({ stagingPassed: wanted, order: null })
    log.info({ names: wish.names }, 'the staging directory has issued; now the real one is asked')
  }

  const open = (url: string, signal: AbortSignal) =>
    openAcmeClient({ http: options.http, url, clock, signal })

  async function order(client: AcmeClient, replaces: string | null, signal: AbortSignal): Promise<Material> {
    const { challenges, account } = options
    const { challenge, responder, names } = wish
    const run = async (follows: string | null) =>
      await obtainCertificate({
        client,
        names,
        challenges,
        account: await openAccount(client, account),
        type: challenge,
        poll: createPoll(options.restMs, signal),
        now: clock.now(),
        replaces: follows,
        begun: (await load()).order,
        remember: (begun) => remember({ order: begun }),
      })
    const runOrMend = async () => {
      try {
        return await run(replaces)
      } catch (error) {
        const type = error instanceof AcmeFailure ? error.type : null
        // The authority lost the account; or somebody has renewed this certificate already (RFC 9773, section 5).
        if (type === 'accountDoesNotExist') await forgetAccount(client, account)
        else if (type !== 'alreadyReplaced') throw error
        return await run(null)
      }
    }
    return challenge === 'http-01' && responder !== null
      ? await withHttpResponder(responder, challenges, runOrMend)
      : await runOrMend()
  }

  async function fail(failure: AcmeFailure, { failure: former }: AcmeState): Promise<void> {
    const at = clock.now()
    const count = former !== null && former.wanted === wanted ? former.count + 1 : 1
    const nextAttempt = at + restAfter(failure, count, runtime.random)
    const { code, message: detail, fix } = failure
    // An order that failed stays failed; one that was cut off goes on.
    const over = code === 'challenge-failed' || code === 'refused' || code === 'name-refused'
    const next = new Date(nextAttempt).toISOString()
    log.warn({ code, detail, fix, nextAttempt: next }, 'no certificate was issued; the present one stays')
    await remember({
      failure: { wanted, at, code, detail, fix, count, nextAttempt },
      ...(over ? { order: null } : {}),
    })
  }

  /** How often it failed is kept: the next rest grows from there. */
  async function endRest(): Promise<void> {
    const { failure } = await load()
    if (failure !== null) await remember({ failure: { ...failure, nextAttempt: clock.now() } })
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn
      .then(work)
      .catch((err: unknown) => log.error({ err }, 'the certificate could not be looked at'))
    return turn
  }

  return {
    look: () => inTurn(look),
    retry: () => inTurn(() => endRest().then(look)),
    async stop() {
      closing.abort()
      await turn
    },
  }
}

const tellsNothing: ReadonlySet<string> = new Set([
  'ca-unreachable',
  'ca-error',
  'ca-untrusted',
  'rate-limited',
])

async function currentCertificate(file: string): Promise<X509Certificate | null> {
  const material = await readMaterial(file)
  return material === null ? null : new X509Certificate(material.cert)
}
