import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { jsonOrFormBody, queryFields } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import type { Invitation } from '../invitations/invitation.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Messages } from '../notify/messages.ts'
import { signUpValues, type TemplateValues } from '../notify/templates/values.ts'
import { signUpPath } from './path.ts'
import type { SignUp, SignUpOutcome } from './sign-up.ts'

export interface SignUpRouteOptions {
  readonly config: () => Config
  readonly messages: () => Messages
  readonly signUp: SignUp
  readonly limiter: RateLimiter
}

const text = z.string().max(512).catch('')
const tokenSchema = z.object({ token: text })
const formSchema = z.object({ token: text, localpart: text, password: text, repeated: text })

type Page = 'sign-up' | 'sign-up-success' | 'sign-up-failure'

/** Neither caches nor other sites learn the link, and the page loads nothing. */
const pageHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** The page behind the link of an invitation mail. Opening it changes nothing: mail scanners do. */
export function addSignUpRoutes(app: FastifyInstance, options: SignUpRouteOptions): void {
  const { config, messages, signUp, limiter } = options

  app.get(signUpPath, async (request, reply) => {
    if (!isAdmitted(request)) return show(request, reply, 429, 'sign-up-failure', { reason: 'busy' })
    const { token } = tokenSchema.parse(queryFields(request))
    const link = await signUp.look(token)
    if (link.state !== 'open') return showNoLink(request, reply, link.state)
    return showForm(request, reply, 200, { invitation: link.invitation, token })
  })

  app.post(signUpPath, async (request, reply) => {
    if (!isAdmitted(request)) return show(request, reply, 429, 'sign-up-failure', { reason: 'busy' })
    const { localpart: typed, ...given } = formSchema.parse(jsonOrFormBody(request))
    const localpart = typed.trim().toLowerCase()
    const outcome = await signUp.submit({ ...given, localpart, ip: request.clientAddress })
    return showOutcome(request, reply, { ...outcome, token: given.token, localpart })
  })

  /** @throws MatrixError `M_UNRECOGNIZED` while it is switched off. */
  function isAdmitted(request: FastifyRequest): boolean {
    if (!config().signUp.enabled) throw new MatrixError('M_UNRECOGNIZED')
    try {
      limiter.take(request.clientAddress)
      return true
    } catch (error) {
      if (error instanceof MatrixError) return false
      throw error
    }
  }

  function showOutcome(
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: SignUpOutcome & { readonly token: string; readonly localpart: string },
  ): FastifyReply {
    switch (outcome.result) {
      case 'no-link':
        return showNoLink(request, reply, outcome.state)
      case 'again':
        return showForm(request, reply, outcome.problem === 'unavailable' ? 503 : 400, outcome)
      case 'signed-up': {
        const link = config().invitations.webClient
        return show(request, reply, 200, 'sign-up-success', { mxid: outcome.mxid, link })
      }
    }
  }

  function showNoLink(request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply {
    return show(request, reply, reason === 'busy' ? 409 : 404, 'sign-up-failure', { reason })
  }

  function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    facts: {
      readonly invitation: Invitation
      readonly token: string
      readonly localpart?: string
      readonly problem?: string
    },
  ): FastifyReply {
    const { invitation, token, localpart = '', problem = '' } = facts
    const names = JSON.parse(invitation.properties) as Record<string, string>
    const values = signUpValues({
      ...{ address: invitation.address, token, localpart, problem },
      inviter: names['sender_display_name'] ?? '',
      roomName: names['room_name'] ?? '',
    })
    return show(request, reply, status, 'sign-up', values)
  }

  function show(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    page: Page,
    values: TemplateValues,
  ): FastifyReply {
    const language = request.headers['accept-language'] ?? null
    const { html } = messages().renderPage(page, language, values)
    return reply.code(status).headers(pageHeaders).type('text/html; charset=utf-8').send(html)
  }
}
