import { systemErrorCode, systemErrorPath } from '../config/file-error.ts'
import type { Clock } from '../runtime.ts'
import { allChecks } from './all-checks.ts'
import type { Area, DoctorCheck, Finding, Result } from './check.ts'
import { NotPossible, TooSlow } from './fact.ts'
import { reporterOf } from './results.ts'
import { runnerFaults } from './runner-faults.ts'
import type { DoctorWorld } from './world.ts'

export interface DoctorOptions {
  /** Default: all that there are. */
  readonly checks?: readonly DoctorCheck[]
  /** Default: all. */
  readonly areas?: readonly Area[]
  /** Ends the run early; what is open then counts as not ended in time. */
  readonly signal?: AbortSignal
}

const CHECK_LIMIT_MS = 2_000
/** The whole run: a person waits for it. */
const RUN_LIMIT_MS = 9_000

const found = reporterOf(runnerFaults)

/** Runs all checks at the same time and yields what they find as it comes. Never throws. */
export async function* runDoctor(
  world: DoctorWorld,
  { checks = allChecks, areas, signal }: DoctorOptions = {},
): AsyncGenerator<Finding> {
  const limit = AbortSignal.timeout(RUN_LIMIT_MS)
  const whole = signal === undefined ? limit : AbortSignal.any([limit, signal])
  const chosen = checks.filter(({ area }) => areas === undefined || areas.includes(area))
  const running = new Map(chosen.map((check) => [check.code, runOne(check, world, whole)]))
  while (running.size > 0) {
    const { code, findings } = await Promise.race(running.values())
    running.delete(code)
    yield* findings
  }
}

async function runOne(
  check: DoctorCheck,
  world: DoctorWorld,
  whole: AbortSignal,
): Promise<{ readonly code: string; readonly findings: readonly Finding[] }> {
  const { clock } = world.runtime
  const begun = clock.now()
  const results = await resultsOf(check, world, whole)
  const findings = results.map((result) => asFinding(check, result, clock, begun))
  return { code: check.code, findings }
}

type AnyResult = Omit<Result, 'status'> & Pick<Finding, 'status'>

async function resultsOf(
  check: DoctorCheck,
  world: DoctorWorld,
  whole: AbortSignal,
): Promise<readonly AnyResult[]> {
  const limitMs = check.limitMs ?? CHECK_LIMIT_MS
  const signal = AbortSignal.any([whole, AbortSignal.timeout(limitMs)])
  try {
    return await orAborted(check.run(world, signal), signal)
  } catch (error) {
    if (error instanceof NotPossible) return [skipped(check, error.message)]
    // Whose files these are is what the check of the data directory tells.
    const file = deniedFile(error)
    if (file !== null) return [skipped(check, `This needs the right to read ${file}.`)]
    if (error instanceof TooSlow)
      return [found('check-too-slow', { subject: check.code, detail: error.message })]
    if (signal.aborted) {
      const detail = `The check of ${check.title} did not end within ${limitMs / 1000} s.`
      return [found('check-too-slow', { subject: check.code, detail })]
    }
    // Its words may hold anything, so they go to the log, which masks addresses, and not into the report.
    world.runtime.log.error({ err: error, check: check.code }, 'a check of the doctor failed')
    const name = error instanceof Error ? error.name : typeof error
    return [
      found('check-failed', {
        subject: check.code,
        detail: `The check of ${check.title} broke off (${name}).`,
      }),
    ]
  }
}

function deniedFile(error: unknown): string | null {
  const code = systemErrorCode(error)
  return code === 'EACCES' || code === 'EPERM' ? (systemErrorPath(error) ?? null) : null
}

function skipped({ code }: DoctorCheck, detail: string): AnyResult {
  return { code, status: 'skipped', subject: null, detail, cause: null, fix: null }
}

function asFinding(
  { code: check, area, title }: DoctorCheck,
  result: AnyResult,
  clock: Clock,
  begun: number,
): Finding {
  const isFault = result.status === 'warning' || result.status === 'problem'
  const link = isFault ? `docs/doctor.md#${result.code}` : null
  return { ...result, area, check, title, link, ms: clock.now() - begun }
}

/** A check that does not heed its signal is left behind. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {})
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
