import { inspect } from 'node:util'
import { faultOf, type HostileAnswer } from './check-answer.ts'
import type { HostileRequest } from './hostile-requests.ts'

export interface CampaignOptions {
  /** The first request and the one after the last. */
  readonly from: number
  readonly to: number
  /** Requests under way at a time. */
  readonly parallel: number
  readonly request: (index: number) => HostileRequest
  /** `lane` says which of the parallel ones it is. Null: no answer was to be had, and that is right. */
  readonly send: (request: HostileRequest, index: number, lane: number) => Promise<HostileAnswer | null>
  readonly secrets: readonly string[]
  /** The log so far; its errors are shown beside the faults. */
  readonly logText: () => string
}

/** Answers by status. */
export type Tally = Map<number, number>

/** Above every time limit inside the appliance: who waits longer waits for ever. */
const HANG_MS = 60_000
const MAX_SHOWN = 5

/**
 * Sends the requests and checks every answer.
 * @throws Error that shows the first faulty requests with their numbers.
 */
export async function runCampaign(options: CampaignOptions): Promise<Tally> {
  const tally: Tally = new Map()
  const faults: string[] = []
  let next = options.from
  const lane = async (number: number) => {
    while (next < options.to && faults.length < MAX_SHOWN) {
      const index = next++
      const request = options.request(index)
      const answer = await withDeadline(options.send(request, index, number))
      if (answer === null) continue
      const fault = answer === 'hangs' ? 'hangs' : faultOf(request, answer, options.secrets)
      if (fault !== null) faults.push(describe(index, request, answer, fault))
      if (answer !== 'hangs') tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, (_, number) => lane(number)))
  if (faults.length > 0) throw new Error([...faults, ...errorsIn(options.logText())].join('\n\n'))
  return tally
}

async function withDeadline<T>(work: Promise<T>): Promise<T | 'hangs'> {
  const { promise, resolve } = Promise.withResolvers<'hangs'>()
  const timer = setTimeout(() => resolve('hangs'), HANG_MS)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function describe(
  index: number,
  request: HostileRequest,
  answer: HostileAnswer | 'hangs',
  fault: string,
): string {
  const shown = { ...request, target: short(request.target), body: short(request.body.toString('latin1')) }
  const answered = answer === 'hangs' ? answer : { ...answer, body: short(answer.body) }
  return `request ${index}: ${fault}\n${inspect(shown, { depth: 4 })}\n-> ${inspect(answered)}`
}

const short = (text: string) => (text.length > 500 ? `${text.slice(0, 500)}... (${text.length})` : text)

/** Lines of pino. */
function errorsIn(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .slice(-MAX_SHOWN)
}
