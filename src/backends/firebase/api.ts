import { z } from 'zod'
import type { HttpResponse } from '../../net/http-client.ts'
import { BackendFailure } from '../failure.ts'
import { readJson, type HttpCall, type HttpCalls } from '../http-calls.ts'
import { createPageGuard } from '../page-guard.ts'
import type { AccessTokens } from './access-token.ts'
import type { ServiceAccount } from './service-account.ts'
import { userFields, userShape, type FirebaseUser } from './users.ts'

const lookupShape = z.object({ users: z.array(userShape).nullish() })
const pageShape = z.object({ users: z.array(userShape).nullish(), nextPageToken: z.string().nullish() })

/** What users are looked up by. */
export interface Identifiers {
  readonly localId?: readonly string[]
  readonly email?: readonly string[]
  /** E.164, with the plus sign. */
  readonly phoneNumber?: readonly string[]
}

/** The two questions of the Identity Toolkit API (v1) that are asked here. Throw `BackendFailure`. */
export interface IdentityToolkit {
  /** At most 100 identifiers. Null when the API refuses the form of one of them. */
  lookUp(identifiers: Identifiers, signal: AbortSignal): Promise<readonly FirebaseUser[] | null>
  /** Every user, in pages. */
  pages(signal: AbortSignal): AsyncGenerator<readonly FirebaseUser[]>
}

/** The most that one page can have. */
const pageSize = 1000
const maxBytes = 4 * 1024 * 1024
const apiFix = 'Check apiUrl.'

export function createIdentityToolkit(
  http: HttpCalls,
  tokens: AccessTokens,
  apiUrl: string,
  account: () => Promise<ServiceAccount>,
): IdentityToolkit {
  async function call(path: string, more: Omit<HttpCall, 'url'>, signal: AbortSignal): Promise<HttpResponse> {
    const known = await account()
    const url = `${apiUrl}/v1/projects/${encodeURIComponent(known.projectId)}/accounts:${path}`
    const send = async () => {
      const token = await tokens.get(known, signal)
      const headers = { ...more.headers, authorization: `Bearer ${token}` }
      const response = await http.request({ ...more, url, headers, maxBytes }, signal)
      if (response.status === 401) tokens.refused(token)
      return response
    }
    const response = await send()
    // A token may end before its time, when the key was replaced; a new one tells whether it was that.
    return response.status === 401 ? send() : response
  }

  return {
    async lookUp(identifiers, signal) {
      const response = await call(
        `lookup?fields=users(${userFields})`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(identifiers),
        },
        signal,
      )
      if (response.status === 400) return null
      checkStatus(response)
      return readJson(response, lookupShape, 'The answer of the user lookup', apiFix).users ?? []
    },

    async *pages(signal) {
      const guard = createPageGuard()
      let after = ''
      for (;;) {
        const query = new URLSearchParams({
          maxResults: String(pageSize),
          fields: `users(${userFields}),nextPageToken`,
          ...(after === '' ? {} : { nextPageToken: after }),
        })
        const response = await call(`batchGet?${query.toString()}`, { method: 'GET' }, signal)
        checkStatus(response)
        const page = readJson(response, pageShape, 'The answer of the user listing', apiFix)
        yield (page.users ?? []).filter(({ localId }) => guard.isNew(localId))
        after = page.nextPageToken ?? ''
        if (after === '') return
        guard.next(after)
      }
    },
  }
}

function checkStatus({ status }: HttpResponse): void {
  switch (status) {
    case 200:
      return
    case 401: {
      const fix = 'See whether the service account belongs to this project.'
      throw new BackendFailure('credentials', 'The login of the service account is not accepted.', fix)
    }
    case 403: {
      const fix = 'Give it the role "Firebase Authentication Viewer" in this project.'
      throw new BackendFailure('forbidden', 'The service account may not read the users.', fix)
    }
    case 404: {
      const fix = 'Check projectId, and switch Firebase Authentication on.'
      throw new BackendFailure('configuration', 'There is no such project, or it has no users.', fix)
    }
    case 400:
      throw new BackendFailure('query', 'The API refuses the question.', 'Check projectId.')
    case 429:
      throw new BackendFailure(
        'protocol',
        'The quota of the API is used up.',
        'Raise sync.every or the quota.',
      )
    default:
      throw new BackendFailure('protocol', `The API failed with status ${status}.`, 'Try again later.')
  }
}
