import type { Transaction } from 'kysely'
import type { Config } from '../config/schema.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { PhoneNumber } from '../matrix/phone.ts'
import { canonicalEmail, type ThreePid } from '../matrix/threepid.ts'
import type { FirstOutcome } from '../notify/delivery-watch.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { isCode, validationCode } from './codes.ts'
import { checkNextLink } from './next-link.ts'
import {
  completeSession,
  openSession,
  takeBackAttempt,
  validatedSession,
  type SessionRules,
  type ValidatedSession,
} from './sessions.ts'

/** Who asks, for limits and for the text of the mail. */
export interface Requester {
  readonly ip: string
  /** Matrix ID; null on the unauthenticated v1 API. */
  readonly userId: string | null
  /** `Accept-Language` of the request. */
  readonly language: string | undefined
}

export interface SessionRequest {
  readonly clientSecret: string
  readonly sendAttempt: number
  readonly nextLink: string | null | undefined
}

/** A message with a code, to be queued in the transaction that opens the session. */
export interface ValidationMessage extends ThreePid {
  readonly sid: string
  readonly clientSecret: string
  readonly code: string
  readonly sendAttempt: number
  readonly requester: Requester
}

export interface ValidationOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly keyRing: KeyRing
  /** Counts against the limits of the requester and of the address. Throws `M_LIMIT_EXCEEDED`. */
  readonly limit: (address: ThreePid, requester: Requester) => void
  /** Counts codes tried for an address. Throws `M_LIMIT_EXCEEDED`. */
  readonly limitCodes: (address: string) => void
  /** Queues the message. Call the result after the commit: it starts delivery and waits a moment for the outcome. */
  readonly queue: (
    tx: Transaction<Database>,
    message: ValidationMessage,
  ) => Promise<() => Promise<FirstOutcome>>
  /** Told of every address that was proved. */
  readonly completed?: (address: ThreePid) => void
  /** Refuses phone numbers that no message is sent to. Throws `M_DESTINATION_REJECTED` or `M_SEND_ERROR`. */
  readonly checkDestination: (number: PhoneNumber) => Promise<void>
}

/** Proof that an address belongs to the person who asks (Identity Service API, "Establishing associations"). */
export interface Validation {
  requestEmail(email: string, request: SessionRequest, requester: Requester): Promise<{ sid: string }>
  requestPhone(
    number: { phoneNumber: string; country: string },
    request: SessionRequest,
    requester: Requester,
  ): Promise<{ sid: string; msisdn: string; international: string }>
  /** Returns where the person is to be sent on, or null. */
  submit(given: { sid: string; clientSecret: string; token: string }): Promise<string | null>
  validated(given: { sid: string; clientSecret: string }): Promise<ValidatedSession>
}

export function createValidation(options: ValidationOptions): Validation {
  const { storage, runtime, config, keyRing } = options
  const rules = (): SessionRules => ({
    lifetime: config().validation.sessionLifetime,
    maxAttempts: config().validation.maxAttempts,
  })

  async function request(address: ThreePid, wanted: SessionRequest, requester: Requester): Promise<string> {
    options.limit(address, requester)
    const nextLink = checkNextLink(wanted.nextLink, config().validation.nextLinkOrigins)
    const { sid, deliver } = await storage.transaction(async (tx) => {
      const session = await openSession(tx, runtime, rules(), { ...address, ...wanted, nextLink })
      if (!session.send) return { sid: session.sid, deliver: null }
      const code = validationCode(keyRing, address.medium, session.sid)
      const { clientSecret, sendAttempt } = wanted
      const message = { ...address, sid: session.sid, clientSecret, code, sendAttempt, requester }
      return { sid: session.sid, deliver: await options.queue(tx, message) }
    })
    // A mail server's clear refusal is told at once; a mail that is only late goes out by itself.
    if (deliver !== null && (await deliver()) === 'failed') {
      await takeBackAttempt(storage.db, sid, wanted.sendAttempt)
      throw new MatrixError(address.medium === 'email' ? 'M_EMAIL_SEND_ERROR' : 'M_SEND_ERROR')
    }
    return sid
  }

  function mustBeEnabled(): void {
    if (!config().validation.enabled) {
      throw new MatrixError('M_FORBIDDEN', { message: 'Addresses are not validated on this server.' })
    }
  }

  return {
    async requestEmail(email, wanted, requester) {
      mustBeEnabled()
      const address = canonicalEmail(email)
      if (address === null) throw new MatrixError('M_INVALID_EMAIL')
      return { sid: await request({ medium: 'email', address }, wanted, requester) }
    },

    async requestPhone({ phoneNumber, country }, wanted, requester) {
      mustBeEnabled()
      // The numbering plans of the world take 20 MB of memory; many servers never see a phone number.
      const { parsePhoneNumber } = await import('../matrix/phone.ts')
      const number = parsePhoneNumber(phoneNumber, country)
      if (number === null) throw new MatrixError('M_INVALID_ADDRESS')
      await options.checkDestination(number)
      const sid = await request({ medium: 'msisdn', address: number.msisdn }, wanted, requester)
      return { sid, msisdn: number.msisdn, international: number.international }
    },

    async submit(given) {
      const { nextLink, ...address } = await completeSession(
        storage,
        runtime,
        rules(),
        given,
        (medium) => isCode(validationCode(keyRing, medium, given.sid), given.token),
        options.limitCodes,
      )
      options.completed?.(address)
      return nextLink
    },

    validated: (given) => validatedSession(storage.db, runtime, rules(), given),
  }
}
