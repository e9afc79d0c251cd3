import type { Asking, Backend, ListOrder } from '../backend.ts'
import { runChecks, type CheckWork } from '../check.ts'
import { readSample } from '../contract/check.ts'
import { createHttpCalls } from '../http-calls.ts'
import type { CreateBackend } from '../kind.ts'
import { createAccessTokens } from './access-token.ts'
import { createIdentityToolkit } from './api.ts'
import type { FirebaseConfig } from './config.ts'
import { verifyIdToken } from './id-token.ts'
import { createPublicKeys } from './public-keys.ts'
import { authenticate, findMappings, listPeople, profile } from './questions.ts'
import { readServiceAccount } from './service-account.ts'
import type { UserRules } from './users.ts'

/** Users of Firebase Authentication; docs/firebase-backend.md describes what is needed there. */
export const createFirebaseBackend: CreateBackend<FirebaseConfig> = async (config, context) => {
  const { uses, unverifiedEmails, apiUrl, certificatesUrl } = config
  const { clock, domain } = context
  const http = createHttpCalls(context, config.caFile, 'apiUrl, tokenUrl or certificatesUrl')
  const tokens = createAccessTokens(http, clock)
  const keys = createPublicKeys(http, certificatesUrl, clock)
  const account = () => readServiceAccount(config, context)
  const api = createIdentityToolkit(http, tokens, apiUrl, account)
  const rules: UserRules = { domain, unverifiedEmails }

  const verify = async (token: string, signal: AbortSignal) =>
    verifyIdToken(token, (await account()).projectId, keys, clock, signal)
  const list = (order: ListOrder) => listPeople(api, rules, order)

  function steps(asking: Asking): readonly CheckWork[] {
    const { signal } = asking
    return [
      [
        'settings',
        async () => {
          const { clientEmail, projectId } = await account()
          await context.authorities(config.caFile)
          return { detail: `The key belongs to ${clientEmail}, for the project ${projectId}.` }
        },
      ],
      [
        'login',
        async () => {
          await tokens.get(await account(), signal)
          return { detail: 'The service account can log in.' }
        },
      ],
      [
        'keys',
        async () => {
          await keys.forToken('', signal)
          return { detail: 'The public keys of ID tokens can be fetched.' }
        },
      ],
      ['sample', () => readSample(list({ since: null, isKnown: () => false, signal }))],
    ]
  }

  return {
    ...(uses.lookup && {
      findMappings: (addresses, asking) => findMappings(api, rules, addresses, asking),
      listPeople: list,
    }),
    ...(uses.authentication && {
      authenticate: (login, asking) => authenticate(api, rules, verify, login, asking),
    }),
    ...(uses.profile && { profile: (userId, asking) => profile(api, rules, userId, asking) }),
    check: (asking) => runChecks(clock, steps(asking)),
    close: () => http.close(),
  } satisfies Backend
}
