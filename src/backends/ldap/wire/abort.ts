import { BackendFailure } from '../../failure.ts'

/** What an aborted signal means: the time is over, unless whoever aborted gave a failure of their own. */
export function abortFailure(signal: AbortSignal, server: string): BackendFailure {
  if (signal.reason instanceof BackendFailure) return signal.reason
  return new BackendFailure(
    'timeout',
    `${server} did not answer in time.`,
    'Look at the load of the directory server and at the network; raise "timeout" if it is always slow.',
    signal.reason,
  )
}

/** The result of `work`, or `abortFailure` as soon as the signal aborts; `work` goes on unheard then. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal, server: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortFailure(signal, server))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
