import { z } from 'zod'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { HttpFailure, type HttpFailureCode, type HttpResponse } from '../net/http-client.ts'
import type { FederationClient } from './federation-client.ts'

/** OpenID tokens with which users prove to Signpost who they are (Server-Server API, "OpenID"). */
export interface OpenId {
  /**
   * The Matrix ID that `serverName` vouches for with this token; it always belongs to that server. Throws MatrixError:
   * M_UNAUTHORIZED for a refused token or a foreign Matrix ID, M_INVALID_PARAM for a server that is none or must not
   * be connected to, M_UNKNOWN with status 502 or 504 when the server gives no usable answer.
   */
  userInfo(serverName: string, accessToken: string): Promise<string>
}

const maxBytes = 5 * 1024
const userInfoSchema = z.looseObject({ sub: z.string() })

export function createOpenId({ federation }: { readonly federation: FederationClient }): OpenId {
  return {
    async userInfo(serverName, accessToken) {
      // encodeURIComponent throws for lone surrogates, which JSON strings may hold.
      const token = encodeURIComponent(accessToken.toWellFormed())
      const path = `/_matrix/federation/v1/openid/userinfo?access_token=${token}`
      try {
        const response = await federation.request(serverName, { method: 'GET', path, maxBytes })
        return readSubject(serverName, response)
      } catch (error) {
        throw error instanceof HttpFailure ? explain(serverName, error) : error
      }
    },
  }
}

function readSubject(serverName: string, response: HttpResponse): string {
  if (response.status === 401 || response.status === 403) {
    throw new MatrixError('M_UNAUTHORIZED', { message: `${serverName} does not know this OpenID token.` })
  }
  if (response.status !== 200) throw unusable(serverName, `it answered with status ${response.status}`)
  const subject = userInfoSchema.safeParse(response.json()).data?.sub
  if (subject === undefined) throw unusable(serverName, 'its answer names no user')
  // Any server may claim anything; it is believed for its own users alone. Server names are case-sensitive.
  if (parseUserId(subject)?.serverName !== serverName) {
    throw new MatrixError('M_UNAUTHORIZED', {
      message: `${serverName} vouched for a user who is not its own.`,
    })
  }
  return subject
}

/** What strangers may know of a failure: the step, never an address inside this network. */
const steps: Record<Exclude<HttpFailureCode, 'bad-url' | 'refused-address'>, string> = {
  dns: 'its name leads to no address',
  connect: 'it accepts no connection',
  tls: 'its certificate is not valid for this name',
  timeout: 'it did not answer in time',
  reset: 'it broke off the connection',
  'too-large': 'its answer is too long',
  redirect: 'it redirects elsewhere',
  'bad-json': 'its answer is not JSON',
}

function explain(serverName: string, failure: HttpFailure): MatrixError {
  switch (failure.code) {
    case 'bad-url':
      return new MatrixError('M_INVALID_PARAM', {
        message: 'matrix_server_name is not a valid server name.',
        cause: failure,
      })
    case 'refused-address':
      return new MatrixError('M_INVALID_PARAM', {
        message: `matrix_server_name ${serverName} leads to an address that is not connected to from here.`,
        cause: failure,
      })
    default:
      return unusable(serverName, steps[failure.code], failure)
  }
}

function unusable(serverName: string, problem: string, cause?: HttpFailure): MatrixError {
  return new MatrixError('M_UNKNOWN', {
    status: cause?.code === 'timeout' ? 504 : 502,
    message: `The homeserver ${serverName} could not be asked: ${problem}.`,
    cause,
  })
}
