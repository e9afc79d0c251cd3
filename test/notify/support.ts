import { notificationsSection } from '../../src/config/sections/notifications.ts'
import type { SecretSource } from '../../src/config/types.ts'
import type { DeliveryError } from '../../src/notify/delivery-error.ts'
import type { Mail } from '../../src/notify/email/transport.ts'
import type { Logger } from '../../src/runtime.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

export function createLog(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  const write = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const log = {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (): Logger => log,
  }
  return log
}

/** The section as a configuration file would have it, defaults filled in. */
export function notifications(input: object = {}) {
  return notificationsSection.parse(input)
}

export async function readSecret(source: SecretSource): Promise<string> {
  if (typeof source !== 'string') throw new Error('not a plain secret')
  return source
}

export function mail(change: Partial<Mail> = {}): Mail {
  return {
    to: 'bob@example.org',
    from: 'Example School <matrix@example.org>',
    subject: 'Grüße aus Köln',
    text: 'Hello\nWorld\n',
    html: '<p>Hello</p>\n',
    messageId: 'abc123@example.org',
    ...change,
  }
}

/** The error of a delivery that must not succeed. */
export async function failure(delivery: Promise<void>): Promise<DeliveryError> {
  const { DeliveryError: Failure } = await import('../../src/notify/delivery-error.ts')
  const caught: unknown = await delivery.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(caught instanceof Failure)) throw new Error('no DeliveryError', { cause: caught })
  return caught
}
