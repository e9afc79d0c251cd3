import { parseUserId } from '../../matrix/identifiers.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type {
  Asking,
  AuthenticationAnswer,
  FoundMapping,
  Login,
  Profile,
  SearchAnswer,
  SearchQuery,
} from '../backend.ts'
import { lookUp } from '../contract/lookup.ts'
import {
  echoedAddress,
  mappingFor,
  mxidOf,
  threepidsOf,
  usersOf,
  type ContractRules,
} from '../contract/reading.ts'
import {
  authShape,
  bulkShape,
  directoryShape,
  profileShape,
  singleShape,
  type ContractProfile,
} from '../contract/shapes.ts'
import { BackendFailure } from '../failure.ts'
import { readDisplayName, userOf } from '../person.ts'
import type { AskEndpoint } from './calls.ts'
import type { EndpointName, EndpointUrls } from './endpoints.ts'

const limits = { batchSize: 500, concurrency: 8 }
const maxBulkBytes = 4 * 1024 * 1024

/** Who asks, for services that keep a record or answer some people only; mxisd and ma1sd sent nothing of the kind. */
function requesterOf({ requester }: Asking): object {
  if (requester === null) return {}
  const { kind, userId } = requester
  return { requester: userId === null ? { kind } : { kind, user_id: userId } }
}

/** The localpart as the directory writes it; null for what is no Matrix ID of our domain. */
function ownLocalpart(userId: string, rules: ContractRules): string | null {
  if (parseUserId(userId) === null) return null
  return userOf(userId, { ...rules, userType: 'localpart' })
}

export async function findMappings(
  ask: AskEndpoint,
  urls: EndpointUrls,
  rules: ContractRules,
  addresses: readonly ThreePid[],
  asking: Asking,
): Promise<readonly FoundMapping[]> {
  const { signal } = asking

  async function single(asked: ThreePid): Promise<readonly FoundMapping[]> {
    const body = { lookup: { medium: asked.medium, address: asked.address }, ...requesterOf(asking) }
    const answer = await ask({ endpoint: 'identity.single', kind: 'one', body, signal }, singleShape)
    const mapping = mappingFor(asked, answer?.lookup ?? {}, rules)
    return mapping === null ? [] : [mapping]
  }

  async function bulk(batch: readonly ThreePid[]): Promise<readonly FoundMapping[]> {
    const body = {
      lookup: batch.map(({ medium, address }) => ({ medium, address })),
      ...requesterOf(asking),
    }
    const answer = await ask(
      { endpoint: 'identity.bulk', kind: 'many', body, signal, maxBytes: maxBulkBytes },
      bulkShape,
    )
    const asked = new Set(batch.map(({ medium, address }) => `${medium} ${address}`))
    return (answer?.lookup ?? []).flatMap((one) => {
      const echoed = echoedAddress(one)
      if (echoed === null || !asked.has(`${echoed.medium} ${echoed.address}`)) return []
      return mappingFor(echoed, one, rules) ?? []
    })
  }

  const ways = {
    single: urls['identity.single'] === null ? null : single,
    bulk: urls['identity.bulk'] === null ? null : bulk,
  }
  return lookUp(addresses, ways, limits)
}

export async function search(
  ask: AskEndpoint,
  rules: ContractRules,
  { by, term, limit }: SearchQuery,
  asking: Asking,
): Promise<SearchAnswer> {
  const body = {
    by: by === 'name' ? 'name' : 'threepid',
    search_term: term,
    limit,
    ...requesterOf(asking),
  }
  const answer = await ask(
    { endpoint: 'directory', kind: 'many', body, signal: asking.signal },
    directoryShape,
  )
  const users = usersOf(answer?.results ?? [], rules)
  return { limited: answer?.limited === true || users.length > limit, results: users.slice(0, limit) }
}

export async function authenticate(
  ask: AskEndpoint,
  rules: ContractRules,
  { userId, password }: Login,
  asking: Asking,
): Promise<AuthenticationAnswer> {
  const localpart = ownLocalpart(userId, rules)
  if (localpart === null) return { success: false, reason: 'unknown-user' }
  if (password === '') return { success: false, reason: 'wrong-password' }
  const auth = { mxid: userId, localpart, domain: rules.domain, password }
  const body = { auth, ...requesterOf(asking) }
  const answer = await ask({ endpoint: 'auth', kind: 'login', body, signal: asking.signal }, authShape)
  if (answer === null || !answer.auth.success) return { success: false, reason: 'wrong-password' }

  const { id, profile } = answer.auth
  const mxid = id === undefined || id === null ? userId : mxidOf(id, rules)
  if (mxid === null || parseUserId(mxid)?.serverName !== rules.domain) {
    const fix = 'Let the service answer with the localpart of the user.'
    throw new BackendFailure(
      'protocol',
      'A login was accepted for an id that is no user of this domain.',
      fix,
    )
  }
  return {
    success: true,
    mxid,
    displayName: readDisplayName(profile?.display_name ?? null),
    threepids: threepidsOf(profile?.three_pids ?? [], rules),
  }
}

export async function profile(
  ask: AskEndpoint,
  rules: ContractRules,
  userId: string,
  asking: Asking,
): Promise<Profile | null> {
  const localpart = ownLocalpart(userId, rules)
  if (localpart === null) return null
  const body = { mxid: userId, localpart, domain: rules.domain, ...requesterOf(asking) }

  async function part(endpoint: EndpointName): Promise<ContractProfile | null> {
    const answer = await ask({ endpoint, kind: 'one', body, signal: asking.signal }, profileShape)
    return answer?.profile ?? null
  }
  const [name, addresses, roles] = await Promise.all([
    part('profile.displayName'),
    part('profile.threepids'),
    part('profile.roles'),
  ])
  if (name === null && addresses === null && roles === null) return null
  return {
    displayName: readDisplayName(name?.display_name ?? null),
    threepids: threepidsOf(addresses?.threepids ?? [], rules),
    roles: roles?.roles ?? [],
    photo: null,
  }
}
