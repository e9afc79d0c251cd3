import type { ServerProcess } from './server-process.ts'

/** Milliseconds after the request to stop. */
export interface StopLimits {
  readonly term: number
  readonly kill: number
}

/** The server finishes requests (35 s at most) and deliveries (10 s) under way; a shutdown of the machine gives less. */
const usual: StopLimits = { term: 20_000, kill: 50_000 }

/** Asks, asks again by signal, and insists. Resolves once the process is gone. */
export async function stopProcess(child: ServerProcess, limits: StopLimits = usual): Promise<void> {
  child.send({ type: 'stop' })
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), limits.term),
    setTimeout(() => child.kill('SIGKILL'), limits.kill),
  ]
  await child.ended
  for (const timer of timers) clearTimeout(timer)
}
