import type { Clock } from '../../runtime.ts'

const LOOK_EVERY_MS = 500

/**
 * Calls back once when `ms` have passed, by the clock or by a timer, whichever comes first: a machine that slept knows
 * by its clock that time is over, and a clock that is set back must not hold a locked-out operator longer. Returns the
 * function that calls it off.
 */
export function startDeadline(clock: Clock, ms: number, over: () => void): () => void {
  const until = clock.now() + ms
  const end = () => {
    clearTimeout(timer)
    clearInterval(look)
  }
  const finish = () => {
    end()
    over()
  }
  const timer = setTimeout(finish, ms)
  const look = setInterval(() => {
    if (clock.now() >= until) finish()
  }, LOOK_EVERY_MS)
  timer.unref()
  look.unref()
  return end
}
