import type { StartFailure, ToServer, ToShell } from '../../src/desktop/messages.ts'
import type { CrashReport } from '../ipc/contract.ts'
import { ShellFailure } from '../shell-failure.ts'
import { createCrashBudget } from './crash-budget.ts'
import { reportCrash, wordsFor } from './crash-report.ts'
import { watchHealth, type HealthPace, type HealthWatch } from './health.ts'
import type { LogFile } from './log-file.ts'
import type { Probe } from './probe.ts'
import { createServerRequests } from './requests.ts'
import type { LaunchServer, ServerEnd, ServerProcess } from './server-process.ts'
import { stopProcess, type StopLimits } from './stop-process.ts'

export type ServerState =
  | { readonly phase: 'starting' | 'restarting' | 'stopped' }
  | {
      readonly phase: 'running'
      readonly publicAddress: string
      /** Where a window opens the console. */
      readonly consoleAddress: string
    }
  | { readonly phase: 'failed'; readonly report: CrashReport }

/** Messages that are about the work of the server; the rest is between it and the supervisor. */
export type ServerNews = Extract<ToShell, { type: 'numbers' | 'notice' | 'away' }>

export interface SupervisorOptions {
  readonly launch: LaunchServer
  /** The key that opens sealed secrets, in base64; null: the server's own file. Asked before each start. */
  readonly sealingKey: () => Promise<string | null>
  readonly log: LogFile
  readonly now: () => number
  readonly probe: Probe
  readonly changed: (state: ServerState) => void
  readonly heard: (news: ServerNews) => void
  readonly healthPace?: HealthPace
  readonly stopLimits?: StopLimits
}

/** Keeps one server running. */
export interface Supervisor {
  state(): ServerState
  /** Harmless while it runs. After it was given up: tries again. */
  start(): void
  /** Stops the server in order and starts it anew. */
  restart(): Promise<void>
  /** Stops it in order, for good. Resolves once the process is gone. */
  stop(): Promise<void>
  /** Dropped while no server runs. */
  send(message: ToServer): void
  /** A link into the console; null when it cannot be had. */
  link(type: 'one-time-link' | 'reset-password'): Promise<string | null>
}

/** What is known of one life of the server. */
interface Life {
  readonly end: ServerEnd
  readonly failure: StartFailure | null
  readonly wasReady: boolean
  readonly wasHung: boolean
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { log, now } = options
  const budget = createCrashBudget()
  const requests = createServerRequests()
  let state: ServerState = { phase: 'stopped' }
  let child: ServerProcess | null = null
  let isWanted = false
  let running: Promise<void> | null = null
  let endPause = () => {}

  function become(next: ServerState): void {
    state = next
    options.changed(next)
  }

  /** From start to end. */
  async function live(): Promise<Life> {
    const key = await options.sealingKey()
    let failure: StartFailure | null = null
    let wasReady = false
    let wasHung = false
    let health: HealthWatch | null = null
    log.begin()
    const started = options.launch({
      output: (text) => log.write(text),
      message(message) {
        if (message.type === 'failed') failure = message
        else if (message.type === 'answer') requests.answered(message)
        else if (message.type !== 'ready') options.heard(message)
        else {
          const { publicAddress, adminAddress, consoleAddress } = message
          wasReady = true
          health?.stop()
          health = watchHealth({
            address: adminAddress,
            probe: options.probe,
            failed() {
              wasHung = true
              started.kill('SIGKILL')
            },
            ...(options.healthPace === undefined ? {} : { pace: options.healthPace }),
          })
          become({ phase: 'running', publicAddress, consoleAddress })
        }
      },
    })
    child = started
    started.send({ type: 'sealing-key', key })
    // Somebody wanted the end while the keychain was asked.
    if (!isWanted) void stopProcess(started, options.stopLimits)
    const end = await started.ended
    child = null
    // Assigned in a callback, which the compiler does not follow.
    ;(health as HealthWatch | null)?.stop()
    requests.abandon()
    return { end, failure, wasReady, wasHung }
  }

  /** Null: start again; otherwise why not. */
  async function afterCrash({ end, failure, wasReady, wasHung }: Life): Promise<CrashReport | null> {
    log.note(`the server ${wordsFor(end, wasHung)}`)
    const at = now()
    const pause = budget.crashed(at)
    // What has to be mended first is not mended by another start.
    const isHopeless = failure !== null && !wasReady
    if (pause === null || isHopeless) return reportCrash({ end, failure, wasHung, at }, log)
    become({ phase: 'restarting' })
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    return null
  }

  async function keepRunning(): Promise<void> {
    become({ phase: 'starting' })
    while (isWanted) {
      const life = await live().catch((error: unknown): Life => {
        log.note(`the server could not be started: ${String(error)}`)
        return {
          end: { code: null, signal: null },
          failure: failureOf(error),
          wasReady: false,
          wasHung: false,
        }
      })
      if (!isWanted) break
      const report = await afterCrash(life)
      if (report === null) continue
      isWanted = false
      become({ phase: 'failed', report })
      return
    }
    become({ phase: 'stopped' })
  }

  function start(): void {
    if (isWanted) return
    isWanted = true
    budget.forget()
    running = (running ?? Promise.resolve()).then(keepRunning)
  }

  async function stop(): Promise<void> {
    isWanted = false
    endPause()
    if (child !== null) await stopProcess(child, options.stopLimits)
    await running
  }

  return {
    state: () => state,
    start,
    stop,
    async restart() {
      await stop()
      start()
    },
    send: (message) => child?.send(message),
    link(type) {
      const current = child
      const send = state.phase === 'running' && current !== null ? current.send.bind(current) : null
      return requests.ask(type, send)
    },
  }
}

function failureOf(error: unknown): StartFailure | null {
  if (!(error instanceof ShellFailure)) return null
  const { code, tried, likelyCause, fix } = error
  return { type: 'failed', code, tried, likelyCause, fix }
}
