import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SignIn } from '../authentication/authenticate.ts'
import type { SignInEnd } from '../authentication/sign-in-limits.ts'
import { corsHeaders } from '../http/cors.ts'
import { jsonOrFormBody } from '../http/parameters.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Accounts } from './accounts.ts'
import type { RunningProvider } from './oidc.ts'
import { pageHeaders, pageLanguage, type OidcPages, type SignInProblem } from './pages.ts'
import type { SignInUnderWay } from './provider.ts'
import type { TypedCredentials } from './sign-in.ts'

export interface SignInPageOptions {
  readonly accounts: Accounts
  readonly pages: OidcPages
  /** @throws MatrixError `M_LIMIT_EXCEEDED`. */
  readonly signIn: (
    typed: TypedCredentials,
    clientAddress: string,
  ) => Promise<{ readonly end: SignInEnd; readonly user: SignIn | null }>
}

const formSchema = z.object({
  token: z.string().max(100).default(''),
  user: z.string().max(255).default(''),
  password: z.string().max(1_000).default(''),
})

const statuses = { denied: 403, stale: 403, limited: 429, unclear: 503 } as const satisfies Record<
  SignInProblem,
  number
>

/** One request to the page of a sign-in. */
export interface PageVisit {
  readonly running: RunningProvider
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export async function showSignIn({ pages }: SignInPageOptions, visit: PageVisit): Promise<FastifyReply> {
  const underWay = await findOwn(visit)
  if (underWay === null) return sendExpired(pages, visit)
  return sendPage(pages, visit, underWay, { user: hintOf(underWay.params['login_hint']) })
}

/** Takes what was typed. Every answer but the right one is the page again. */
export async function takeSignIn(options: SignInPageOptions, visit: PageVisit): Promise<FastifyReply> {
  const { pages, accounts } = options
  const { running, request, reply } = visit
  const underWay = await findOwn(visit)
  if (underWay === null) return sendExpired(pages, visit)
  const form = formSchema.safeParse(jsonOrFormBody(request)).data ?? { token: '', user: '', password: '' }
  const { token, ...typed } = form
  const again = (problem: SignInProblem, minutes?: number) =>
    sendPage(pages, visit, underWay, {
      user: typed.user,
      problem,
      ...(minutes === undefined ? {} : { minutes }),
    })
  if (!isFromHere(request) || !running.isFormToken(underWay.uid, token)) return again('stale')
  try {
    const { end, user } = await options.signIn(typed, request.clientAddress)
    if (user === null) return again(end === 'unclear' ? 'unclear' : 'denied')
    await accounts.remember(user, running.settings.sessionLifetimeMs + EXCHANGE_MS)
    // The browser forgets the session when it is closed: the machine may be somebody else's tomorrow.
    const login = { accountId: user.mxid, remember: false }
    const back = await running.provider.interactionResult(request.raw, reply.raw, { login })
    return reply.headers({ 'cache-control': 'no-store' }).redirect(back, 303)
  } catch (error) {
    if (!(error instanceof MatrixError) || error.errcode !== 'M_LIMIT_EXCEEDED') throw error
    reply.headers(error.headers)
    return again('limited', Math.ceil(Number(error.headers['retry-after'] ?? 60) / 60))
  }
}

/** At the end of a session there may still be codes and tokens. */
const EXCHANGE_MS = 600_000

/** The cookie says which sign-in this browser has begun, and it has to be the one of the address. */
async function findOwn({ running, request, reply }: PageVisit): Promise<SignInUnderWay | null> {
  const underWay = await running.findSignIn(request.raw, reply.raw)
  const { uid } = z.object({ uid: z.string() }).parse(request.params)
  return underWay?.uid === uid ? underWay : null
}

/** Browsers say where a form was sent from (Fetch Metadata); those that do not still need the token of the form. */
function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin'
}

/** MAS passes on what clients know of the account, as `mxid:@anna:example.org` (MSC4198). */
function hintOf(hint: unknown): string {
  if (typeof hint !== 'string' || hint.length > 255) return ''
  return /^mxid:@([^:]+):/.exec(hint)?.[1] ?? hint
}

function sendPage(
  pages: OidcPages,
  { running, request, reply }: PageVisit,
  { uid, params }: SignInUnderWay,
  shown: { readonly user: string; readonly problem?: SignInProblem; readonly minutes?: number },
): FastifyReply {
  const client = running.settings.clients.find(({ id }) => id === params['client_id'])?.name ?? null
  const language = pageLanguage(params['ui_locales'], request.headers['accept-language'])
  const page = { problem: null, ...shown, client, token: running.formToken(uid) }
  return send(
    reply,
    shown.problem === undefined ? 200 : statuses[shown.problem],
    pages.signIn(language, page),
  )
}

function sendExpired(pages: OidcPages, { request, reply }: PageVisit): FastifyReply {
  const language = pageLanguage(undefined, request.headers['accept-language'])
  return send(reply, 400, pages.failure(language, 'expired', ''))
}

/** No other site has anything to do with these pages. */
function send(reply: FastifyReply, status: number, html: string): FastifyReply {
  for (const name of Object.keys(corsHeaders)) reply.removeHeader(name)
  return reply.code(status).headers(pageHeaders(html)).send(html)
}
