import { z } from 'zod'
import type { Account } from './account.ts'
import type { Challenges } from './challenges.ts'
import type { AcmeClient } from './client.ts'
import { AcmeFailure } from './failure.ts'
import { thumbprint } from './jws.ts'
import type { Poll } from './poll.ts'
import { describe, problemSchema, shortType, type Problem } from './problems.ts'

export type ChallengeType = 'http-01' | 'tls-alpn-01'

export interface AuthorizeOptions {
  readonly client: AcmeClient
  readonly account: Account
  readonly challenges: Challenges
  readonly type: ChallengeType
  readonly poll: Poll
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** RFC 8555, section 7.1.4. */
const authorizationSchema = z.object({
  status: z.string(),
  identifier: z.object({ value: z.string() }),
  challenges: z.array(
    z.object({
      type: z.string(),
      url: z.url(),
      status: z.string(),
      token: z.string().default(''),
      error: problemSchema.optional(),
    }),
  ),
})
type Authorization = z.output<typeof authorizationSchema>

/**
 * Shows the authority that one name leads here. An authorization whose check is under way (before a restart, say) is
 * answered and waited for all the same. Throws AcmeFailure.
 */
export async function authorize(url: string, options: AuthorizeOptions): Promise<void> {
  const { client, account, type } = options
  const read = async () => authorizationSchema.parse((await client.post(account, url, null)).json())
  const authorization = await read()
  if (authorization.status === 'valid') return
  const challenge = authorization.challenges.find((one) => one.type === type)
  if (challenge === undefined) throw notOffered(authorization, type)
  const takeBack = offer(authorization.identifier.value, challenge.token, options)
  try {
    if (authorization.status === 'pending' && challenge.status === 'pending') {
      await client.post(account, challenge.url, {})
    }
    const settled = await options.poll(read, ({ status }) => status !== 'pending')
    if (settled.status !== 'valid') throw challengeFailed(settled, type)
  } finally {
    takeBack()
  }
}

function offer(
  name: string,
  token: string,
  { account, challenges, type, now }: AuthorizeOptions,
): () => void {
  const keyAuthorization = `${token}.${thumbprint(account.key)}`
  return type === 'http-01'
    ? challenges.offerHttp(token, keyAuthorization)
    : challenges.offerAlpn(name, keyAuthorization, now)
}

function notOffered({ challenges, identifier }: Authorization, type: ChallengeType): AcmeFailure {
  const offered = challenges.map((one) => one.type).join(', ')
  return new AcmeFailure(
    'challenge-failed',
    `The authority does not check ${identifier.value} by ${type}, but by ${offered || 'nothing'}.`,
    'Choose one of these: server.tls.acme.challenge',
  )
}

function challengeFailed(
  { challenges, identifier, status }: Authorization,
  type: ChallengeType,
): AcmeFailure {
  const error = challenges.find((one) => one.error !== undefined)?.error
  const said = error === undefined ? `The check ended as ${status}.` : describe(error)
  return new AcmeFailure(
    error !== undefined && shortType(error.type) === 'caa' ? 'name-refused' : 'challenge-failed',
    `The authority could not check ${identifier.value}: ${said}`,
    fixFor(error, identifier.value, type),
    error === undefined ? {} : { type: shortType(error.type) },
  )
}

function fixFor(error: Problem | undefined, name: string, type: ChallengeType): string {
  const isHttp = type === 'http-01'
  switch (error === undefined ? '' : shortType(error.type)) {
    case 'dns':
      return `Publish an address for the name: ${name}. IN A <the public address of this network>; see what others see: dig +short ${name} @1.1.1.1`
    case 'caa':
      return `Allow the authority in DNS: ${name}. IN CAA 0 issue "letsencrypt.org"`
    case 'connection':
    case 'tls':
      return `Let port ${isHttp ? 80 : 443} of the address of ${name} lead to this machine (firewall, port forwarding of the router) and Signpost listen there (server.listen.host: 0.0.0.0); try it from outside: ${isHttp ? `curl -v http://${name}/.well-known/acme-challenge/test` : `curl -v https://${name}`}`
    default:
      return isHttp
        ? `Something else answers for http://${name}: let it pass /.well-known/acme-challenge/ on to Signpost, and check that an IPv6 address (AAAA) of the name is this machine's too.`
        : `Something else answers for https://${name}; tls-alpn-01 needs a connection that no proxy opens. Behind a proxy use http-01.`
  }
}
