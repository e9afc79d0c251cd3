import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { queryFields, readParameters } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import { isClientSecret, isSessionId } from '../matrix/identifiers.ts'
import { nextLinkFor } from './next-link.ts'
import type { Requester, Validation } from './validation.ts'

export interface ValidationRouteOptions {
  readonly validation: Validation
  /** The Matrix ID behind the request, or null where the API version knows no accounts. Throws for a bad token. */
  readonly authenticate: (request: FastifyRequest) => Promise<string | null>
  /** Reads a POST body: v2 takes JSON and forms, v1 the query string too. */
  readonly parameters: (request: FastifyRequest) => Record<string, unknown>
  readonly pages: ValidationPages
  readonly submitLimiter: RateLimiter
  /** Told why a person sees the page of failure; other failures leave as errors. */
  readonly refused?: (request: FastifyRequest, error: MatrixError) => void
}

/** What a person sees who follows the link of a mail. */
export interface ValidationPages {
  success(language: string | undefined): string
  failure(language: string | undefined, errcode: string): string
}

const clientSecret = z.string().refine(isClientSecret, 'has to be 1 to 255 characters of 0-9 a-z A-Z . = _ -')
const sid = z.string().refine(isSessionId, 'has to be 1 to 255 characters of 0-9 a-z A-Z . = _ -')
/** Forms carry numbers as text, and so do some clients in JSON. */
const sendAttempt = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^-?\d{1,15}$/)
      .transform(Number),
  ],
  {
    error: 'has to be a whole number',
  },
)
const nextLink = z.string().nullish()
const session = { client_secret: clientSecret, send_attempt: sendAttempt, next_link: nextLink }

const emailSchema = z.object({ ...session, email: z.string() })
const phoneSchema = z.object({
  ...session,
  phone_number: z.string().max(100),
  country: z.string().regex(/^[A-Za-z]{2}$/, 'has to be two letters, as in GB'),
})
const submitSchema = z.object({ sid, client_secret: clientSecret, token: z.string().min(1).max(255) })
const checkSchema = z.object({ sid, client_secret: clientSecret })

/** Identity Service API, "Establishing associations": e-mail, phone number and session check. */
export function addValidationRoutes(
  app: FastifyInstance,
  prefix: string,
  options: ValidationRouteOptions,
): void {
  const { validation, authenticate, parameters } = options

  const requester = async (request: FastifyRequest): Promise<Requester> => ({
    ip: request.clientAddress,
    userId: await authenticate(request),
    language: request.headers['accept-language'],
  })

  app.post(`${prefix}/validate/email/requestToken`, async (request) => {
    const from = await requester(request)
    const given = readParameters(emailSchema, parameters(request))
    return await validation.requestEmail(given.email, wantedOf(given), from)
  })

  app.post(`${prefix}/validate/msisdn/requestToken`, async (request) => {
    const from = await requester(request)
    const given = readParameters(phoneSchema, parameters(request))
    const number = { phoneNumber: given.phone_number, country: given.country }
    const opened = await validation.requestPhone(number, wantedOf(given), from)
    // Sydent's extra members; Synapse passes them on to its clients.
    return { success: true, sid: opened.sid, msisdn: opened.msisdn, intl_fmt: opened.international }
  })

  for (const medium of ['email', 'msisdn']) {
    app.post(`${prefix}/validate/${medium}/submitToken`, async (request) => {
      options.submitLimiter.take(request.clientAddress)
      await authenticate(request)
      const { sid, client_secret, token } = readParameters(submitSchema, parameters(request))
      await submitOrTell({ sid, clientSecret: client_secret, token })
      return { success: true }
    })

    // Mail scanners try links with HEAD. Fastify would run the GET for it, and a scanner would prove the address.
    app.head(`${prefix}/validate/${medium}/submitToken`, (_request, reply) => page(reply).send())
    // Opened by a person in a browser, so without a token, whatever the specification declares.
    app.get(`${prefix}/validate/${medium}/submitToken`, async (request, reply) => showResult(request, reply))
  }

  app.get(`${prefix}/3pid/getValidated3pid`, async (request) => {
    await authenticate(request)
    const { sid, client_secret } = readParameters(checkSchema, queryFields(request))
    const found = await validation.validated({ sid, clientSecret: client_secret })
    return { medium: found.medium, address: found.address, validated_at: found.validatedAt }
  })

  /** Older clients look at `success` only. */
  async function submitOrTell(given: { sid: string; clientSecret: string; token: string }): Promise<void> {
    try {
      await validation.submit(given)
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error
      const { errcode, message, status } = error
      throw new MatrixError(errcode, { message, status, fields: { success: false }, cause: error })
    }
  }

  async function showResult(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const language = request.headers['accept-language']
    try {
      options.submitLimiter.take(request.clientAddress)
      const { sid, client_secret, token } = readParameters(submitSchema, queryFields(request))
      const next = await validation.submit({ sid, clientSecret: client_secret, token })
      if (next !== null) return await page(reply).redirect(nextLinkFor(next, sid), 302)
      return await page(reply).send(options.pages.success(language))
    } catch (error) {
      if (!(error instanceof MatrixError) || error.status >= 500) throw error
      options.refused?.(request, error)
      return await page(reply)
        .code(error.status)
        .headers(error.headers)
        .send(options.pages.failure(language, error.errcode))
    }
  }
}

function wantedOf(given: {
  client_secret: string
  send_attempt: number
  next_link?: string | null | undefined
}) {
  return { clientSecret: given.client_secret, sendAttempt: given.send_attempt, nextLink: given.next_link }
}

/** Token and secret stand in the page's address: nothing may cache it, pass it on, or load anything from elsewhere. */
function page(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'",
  })
}
