import { OperatorError } from '../config/operator-error.ts'
import type { Clock } from '../runtime.ts'
import type { ShellChannel } from './channel.ts'
import { createLookupsToday } from './lookups-today.ts'
import { startDesktopService, type DesktopService, type DesktopServiceOptions } from './service.ts'

/** The desktop shell above this process, as `signpost start` deals with it. */
export interface DesktopShell {
  /** The key that the shell keeps in the keychain of the system; null: the key file counts. Rejects without a shell. */
  readonly sealingKey: Promise<Buffer | null>
  /** The shell asks for the end, or is gone. */
  readonly stopRequested: Promise<void>
  countLookup(): void
  /** From here on the shell hears of this appliance. Answers how to end that, before the appliance stops. */
  serve(running: Pick<DesktopServiceOptions, 'appliance' | 'admin' | 'runtime'>): Promise<() => Promise<void>>
  /** Tells why the start failed, when it is something an operator can mend. */
  failed(error: unknown): void
  close(): void
}

export function connectToShell(channel: ShellChannel, clock: Clock): DesktopShell {
  const key = Promise.withResolvers<Buffer | null>()
  // A shell that goes before anybody asks for the key is no unhandled rejection.
  key.promise.catch(() => undefined)
  const stop = Promise.withResolvers<void>()
  const lookups = createLookupsToday(clock)
  let service: DesktopService | null = null

  channel.listen(
    (message) => {
      if (message.type === 'stop') stop.resolve()
      else if (message.type !== 'sealing-key') service?.receive(message)
      else key.resolve(message.key === null ? null : Buffer.from(message.key, 'base64'))
    },
    () => {
      stop.resolve()
      key.reject(new Error('the desktop app went away during the start'))
    },
  )

  return {
    sealingKey: key.promise,
    stopRequested: stop.promise,
    countLookup: () => lookups.count(),
    async serve(running) {
      const started = await startDesktopService({
        ...running,
        lookups,
        send: (message) => channel.send(message),
      })
      service = started
      return async () => {
        service = null
        await started.stop()
      }
    },
    failed(error) {
      if (!(error instanceof OperatorError)) return
      const { code, tried, likelyCause, fix } = error
      channel.send({ type: 'failed', code, tried, likelyCause, fix })
    },
    close: () => channel.close(),
  }
}
