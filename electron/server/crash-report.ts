import type { StartFailure } from '../../src/desktop/messages.ts'
import type { CrashReport } from '../ipc/contract.ts'
import type { LogFile } from './log-file.ts'
import { CRASHES } from './crash-budget.ts'
import type { ServerEnd } from './server-process.ts'

export interface Crash {
  readonly end: ServerEnd
  /** What the server said before it ended, when it is something that can be mended. */
  readonly failure: StartFailure | null
  readonly wasHung: boolean
  readonly at: number
}

/** What the person in front of the window has to know. */
export function reportCrash({ end, failure, wasHung, at }: Crash, log: LogFile): CrashReport {
  const common = { at, lines: log.tail(), logFile: log.file }
  if (failure !== null) {
    const { code, tried, likelyCause, fix } = failure
    return { ...common, what: `Signpost could not ${tried}.`, code, cause: likelyCause, fix }
  }
  return {
    ...common,
    what: `The server ended ${CRASHES} times within a minute. The last time, it ${wordsFor(end, wasHung)}.`,
    code: null,
    cause: causeOf(end, wasHung),
    fix: 'Look at the last lines below. If they do not help, try again; if it happens again, send the log to the people who make Signpost.',
  }
}

export function wordsFor({ code, signal }: ServerEnd, wasHung = false): string {
  if (wasHung) return 'did not answer any more and was ended'
  if (signal !== null) return `was ended by the signal ${signal}`
  return code === null ? 'could not be started' : `ended with the exit code ${code}`
}

function causeOf({ code, signal }: ServerEnd, wasHung: boolean): string {
  if (wasHung) return 'The machine is overloaded, or the server hangs.'
  if (signal === 'SIGKILL') return 'Another program ended it, or the system was short of memory.'
  if (signal !== null) return 'Another program ended it, or it met a fault that no program survives.'
  if (code === null) return 'Its files are damaged, or may not be run.'
  return 'It met a fault that it did not expect.'
}
