import { z } from 'zod'
import { OperatorError } from '../config/operator-error.ts'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import { clientBaseUrl } from '../homeserver/client-base.ts'
import { HttpFailure, type HttpClient, type HttpResponse } from '../net/http-client.ts'
import { jsonIn, matrixErrorIn } from './peer-client.ts'
import { fromHttpFailure, PeerFailure } from './peer-failure.ts'

/** OpenID tokens of our own homeserver, with which Signpost opens accounts elsewhere (Client-Server API, "OpenID"). */
export interface OpenIdTokens {
  /** The document that `account/register` takes. Throws PeerFailure `account`. */
  request(signal: AbortSignal): Promise<OpenIdToken>
}

export type OpenIdToken = z.output<typeof tokenSchema>

export interface OpenIdTokensOptions {
  readonly matrix: Config['matrix']
  readonly userId: string
  readonly accessToken: NonNullable<Config['federation']['account']['accessToken']>
  readonly secrets: SecretReader
  readonly http: HttpClient
}

const tokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  matrix_server_name: z.string().min(1),
  expires_in: z.number(),
})

export function createOpenIdTokens(options: OpenIdTokensOptions): OpenIdTokens {
  const { matrix, userId, http } = options

  async function secret(): Promise<string> {
    try {
      return await options.secrets.read(options.accessToken, 'federation.account.accessToken')
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      throw new PeerFailure('account', error.likelyCause, error.fix, error)
    }
  }

  const asking: Pick<HttpClient, 'request'> = { request: (request) => send(http, request) }

  return {
    async request(signal) {
      const token = await secret()
      const base = await clientBaseUrl(matrix, asking, signal)
      const user = encodeURIComponent(userId)
      const response = await send(http, {
        method: 'POST',
        // `user_id` makes an application service act as that user; from everybody else it is ignored.
        url: `${base}/_matrix/client/v3/user/${user}/openid/request_token?user_id=${user}`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
        trust: 'operator',
        signal,
      })
      const { data } = tokenSchema.safeParse(response.status === 200 ? jsonIn(response) : undefined)
      if (data !== undefined) return data
      throw refused(response)
    },
  }
}

async function send(http: HttpClient, request: Parameters<HttpClient['request']>[0]): Promise<HttpResponse> {
  try {
    return await http.request(request)
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    const { message } = fromHttpFailure(error)
    throw new PeerFailure('account', `Our homeserver gave no OpenID token: ${message}`, homeserverFix, error)
  }
}

const homeserverFix =
  'Set matrix.homeserverUrl to your homeserver, as this machine reaches its client API, and see that it runs.'

function refused(response: HttpResponse): PeerFailure {
  const said = [response.status, matrixErrorIn(response)?.errcode]
    .filter((part) => part !== undefined)
    .join(' ')
  return new PeerFailure(
    'account',
    `Our homeserver gave no OpenID token (${said}).`,
    'Check federation.account: the token has to belong to the user, or to the application service whose user it is.',
  )
}
