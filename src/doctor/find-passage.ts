import { describeSeen } from './answers.ts'
import type { Echoed, Probe, Reply } from './probe.ts'

/** What becomes of paths on their way. */
export class PassageFailure extends Error {
  override readonly name = 'PassageFailure'
  readonly code: 'proxy-changes-path' | 'proxy-drops-query'

  constructor(code: 'proxy-changes-path' | 'proxy-drops-query', detail: string) {
    super(detail)
    this.code = code
  }
}

/** `first`: what came of the doctor's own path. Throws `PassageFailure` where path or query arrive changed. */
export async function tryPassage(first: Echoed, probe: Probe): Promise<void> {
  const path = changeOf(probe, probe.targetOf(), first)
  if (path !== null) throw new PassageFailure('proxy-changes-path', path)
  const signal = AbortSignal.timeout(5_000)
  const withQuery = `${probe.ownPath}?public_key=a`
  const query = changeOf(probe, probe.targetOf(withQuery), await probe.ask({ path: withQuery }, signal))
  if (query !== null) throw new PassageFailure('proxy-drops-query', query)
}

/** What became of a request target, as a sentence; null when it arrived as it was sent. */
export function changeOf({ nonce }: Probe, sent: string, reply: Reply): string | null {
  // Reports are kept and passed on; the nonce belongs to this run alone.
  const shown = (target: string) => target.replaceAll(nonce, 'NONCE').slice(0, 200)
  if (!reply.arrived) return `${shown(sent)} was answered ${describeSeen(reply.seen)}.`
  const seen = reply.echo?.target ?? ''
  return seen === sent ? null : `${shown(sent)} arrived as ${shown(seen)}.`
}
