import type { HttpClient } from '../../net/http-client.ts'
import type { SecretSource } from '../../config/types.ts'
import { DeliveryError } from '../delivery-error.ts'

export interface TextMessage {
  /** Digits of the international number, without `+` (medium `msisdn`). */
  readonly to: string
  readonly text: string
}

export interface SmsTransport {
  /** Resolves when the gateway has accepted the message. Throws DeliveryError. */
  send(message: TextMessage): Promise<void>
}

export interface SmsGatewayDeps {
  readonly http: HttpClient
  readonly readSecret: (source: SecretSource) => Promise<string> | string
}

export const smsTimeoutMs = 20_000

/** Refuses anything that is not a bare international number (E.164: at most 15 digits). */
export function assertNumber(to: string): void {
  if (/^[1-9]\d{4,14}$/.test(to)) return
  const detail = 'The recipient is not an international phone number.'
  throw new DeliveryError({ permanent: true, code: 'message-refused', detail })
}

/** A configuration fault; the operator can repair it while the message waits. */
export function smsMisconfigured(detail: string, cause?: unknown): DeliveryError {
  return new DeliveryError({ permanent: false, code: 'configuration', detail, cause })
}
