import type { Exchange } from '../exchange.ts'
import type { StepHeading, Teller } from '../teller.ts'

interface StepRecord extends StepHeading {
  readonly said: string[]
  readonly exchanges: object[]
  readonly mails: object[]
  readonly checks: object[]
  fault?: string
}

/** Tells the story to a script: one line of JSON for each step, one before them and one after. */
export function createJsonTeller(out: (line: string) => void): Teller {
  let step: StepRecord | null = null
  return {
    opening: (places) => out(JSON.stringify({ event: 'start', ...places })),
    heading(heading) {
      step = { ...heading, said: [], exchanges: [], mails: [], checks: [] }
    },
    say: (text) => void step?.said.push(text),
    rows() {},
    exchange: (exchange) => void step?.exchanges.push(asJson(exchange)),
    mail: ({ to, subject, file }) => void step?.mails.push({ to, subject, file }),
    check: (claim, holds) => void step?.checks.push({ claim, holds }),
    fault(message) {
      if (step !== null) step.fault = message
    },
    stepDone(ok) {
      out(JSON.stringify({ event: 'step', ok, ...step }))
      step = null
    },
    closing: (outcome) => out(JSON.stringify({ event: 'end', ...outcome })),
  }
}

/** Without the query, in which tokens and codes stand. */
function asJson({ from, to, method, path, answer, caused }: Exchange): object {
  const status = answer?.status ?? null
  return { from, to, method, path: path.split('?', 1)[0], status, caused: caused.map(asJson) }
}
