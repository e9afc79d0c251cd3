import type { Backend } from '../backend.ts'
import { runChecks, type CheckWork } from '../check.ts'
import { probes } from '../contract/check.ts'
import type { ContractRules } from '../contract/reading.ts'
import { createHttpCalls } from '../http-calls.ts'
import type { BackendContext, CreateBackend } from '../kind.ts'
import { createAskEndpoint, readHeaders } from './calls.ts'
import type { RestConfig } from './config.ts'
import { endpointUrls, type EndpointUrls } from './endpoints.ts'
import { listPeople } from './listing.ts'
import { authenticate, findMappings, profile, search } from './questions.ts'

/** A web service that answers the REST contract of mxisd and ma1sd; docs/rest-backend.md describes it. */
export const createRestBackend: CreateBackend<RestConfig> = async (config, context) => {
  const { headers, uses, unsuitable, defaultCountry } = config
  const urls = endpointUrls(config)
  const http = createHttpCalls(context, config.caFile, 'url')
  const ask = createAskEndpoint(context, http, urls, headers)
  const rules: ContractRules = { domain: context.domain, unsuitable, defaultCountry }
  const has = (...names: readonly (keyof EndpointUrls)[]) => names.some((name) => urls[name] !== null)

  const questions: Omit<Backend, 'check'> = {
    ...(uses.lookup &&
      has('identity.single', 'identity.bulk') && {
        findMappings: (addresses, asking) => findMappings(ask, urls, rules, addresses, asking),
      }),
    ...(uses.lookup && has('list') && { listPeople: (order) => listPeople(ask, order, rules) }),
    ...(uses.search && has('directory') && { search: (query, asking) => search(ask, rules, query, asking) }),
    ...(uses.authentication &&
      has('auth') && { authenticate: (login, asking) => authenticate(ask, rules, login, asking) }),
    ...(uses.profile &&
      has('profile.displayName', 'profile.threepids', 'profile.roles') && {
        profile: (userId, asking) => profile(ask, rules, userId, asking),
      }),
    close: () => http.close(),
  }

  return {
    ...questions,
    check: (asking) =>
      runChecks(context.clock, [
        ...reach(config, urls, context),
        ...probes(questions, context.domain, asking),
      ]),
  }
}

/** What has to be right before anything can be asked. */
function reach(config: RestConfig, urls: EndpointUrls, context: BackendContext): readonly CheckWork[] {
  const hosts = new Set(
    Object.values(urls).flatMap((url) => (url === null ? [] : (URL.parse(url)?.hostname ?? []))),
  )
  return [
    [
      'settings',
      async () => {
        await readHeaders(context, config.headers)
        await context.authorities(config.caFile)
        return { detail: 'The secrets and certificates can be read.' }
      },
    ],
    [
      'resolve',
      async () => {
        for (const host of hosts) await context.addresses(host.replace(/^\[|\]$/g, ''))
        return { detail: `Found on the network: ${[...hosts].join(', ')}.` }
      },
    ],
  ]
}
