import { parseUserId } from '../../matrix/identifiers.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type {
  AuthenticationAnswer,
  FoundMapping,
  Login,
  Profile,
  SearchAnswer,
  SearchQuery,
} from '../backend.ts'
import { lookUp } from '../contract/lookup.ts'
import { echoedAddress, mappingFor, threepidsOf, usersOf, type ContractRules } from '../contract/reading.ts'
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
import { readJsonOutput, readPlainId, readPlainLogin, type LoginAnswer } from './answers.ts'
import type { Processor, Processors } from './processors.ts'
import type { Runner } from './runner.ts'

/** What every question needs. */
export interface Programs {
  readonly runner: Runner
  readonly processors: Processors
  readonly rules: ContractRules
}

/** `concurrency` is held down further by `maxProcesses`. */
const limits = { batchSize: 500, concurrency: 8 }

export async function findMappings(
  { runner, processors, rules }: Programs,
  addresses: readonly ThreePid[],
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  const { 'identity.single': one, 'identity.bulk': many } = processors

  async function single(processor: Processor, asked: ThreePid): Promise<readonly FoundMapping[]> {
    const { medium, address } = asked
    const values = { medium, address }
    const output = await runner.ask(processor, { values, json: values }, signal)
    if (output === null) return []
    const answer =
      processor.output.type === 'plain'
        ? { id: readPlainId(output, processor) }
        : readJsonOutput(output, singleShape, processor)?.lookup
    const mapping = mappingFor(asked, answer ?? {}, rules)
    return mapping === null ? [] : [mapping]
  }

  async function bulk(processor: Processor, batch: readonly ThreePid[]): Promise<readonly FoundMapping[]> {
    const lookup = batch.map(({ medium, address }) => ({ medium, address }))
    const lines = batch.map(({ medium, address }) => `${medium}\t${address}`)
    const output = await runner.ask(processor, { values: {}, json: { lookup }, lines }, signal)
    const answer = output === null ? null : readJsonOutput(output, bulkShape, processor)
    const asked = new Set(lines)
    return (answer?.lookup ?? []).flatMap((found) => {
      const echoed = echoedAddress(found)
      if (echoed === null || !asked.has(`${echoed.medium}\t${echoed.address}`)) return []
      return mappingFor(echoed, found, rules) ?? []
    })
  }

  const ways = {
    single: one && ((address: ThreePid) => single(one, address)),
    bulk: many && ((batch: readonly ThreePid[]) => bulk(many, batch)),
  }
  return lookUp(addresses, ways, limits)
}

export async function search(
  { runner, processors, rules }: Programs,
  { by, term, limit }: SearchQuery,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const nobody = { limited: false, results: [] }
  const processor = processors[by === 'name' ? 'directory.byName' : 'directory.byThreepid']
  if (processor === null) return nobody
  const type = by === 'name' ? 'name' : 'threepid'
  const input = { values: { type, query: term }, json: { by: type, search_term: term, limit } }
  const output = await runner.ask(processor, input, signal)
  const answer = output === null ? null : readJsonOutput(output, directoryShape, processor)
  if (answer === null) return nobody
  const users = usersOf(answer.results ?? [], rules)
  return { limited: answer.limited === true || users.length > limit, results: users.slice(0, limit) }
}

export async function authenticate(
  { runner, processors, rules }: Programs,
  { userId, password }: Login,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  const user = userValues(userId, rules)
  if (user === null || processors.auth === null) return { success: false, reason: 'unknown-user' }
  if (password === '') return { success: false, reason: 'wrong-password' }
  const json = { mxid: user.mxid, localpart: user.localpart, domain: user.domain, password }
  const output = await runner.ask(processors.auth, { values: { ...user, password }, json }, signal)
  const answer = output === null ? null : readLogin(output, processors.auth)
  if (answer === null || !answer.success) return { success: false, reason: 'wrong-password' }
  return {
    success: true,
    mxid: userId,
    displayName: readDisplayName(answer.profile?.display_name ?? null),
    threepids: threepidsOf(answer.profile?.three_pids ?? [], rules),
  }
}

function readLogin(output: string, processor: Processor): LoginAnswer {
  switch (processor.output.type) {
    case 'none':
      return { success: true }
    case 'plain':
      return readPlainLogin(output, processor)
    default: {
      const answer = readJsonOutput(output, authShape, processor)
      if (answer !== null) return answer.auth
      // A program that broke off early must not let anybody in.
      const fix = 'Let it write its answer, or set auth.output.type to none if the exit code is all of it.'
      throw new BackendFailure('protocol', 'The program of auth wrote nothing.', fix)
    }
  }
}

export async function profile(
  { runner, processors, rules }: Programs,
  userId: string,
  signal: AbortSignal,
): Promise<Profile | null> {
  const user = userValues(userId, rules)
  if (user === null) return null

  async function part(processor: Processor | null): Promise<ContractProfile | null> {
    const output =
      processor === null ? null : await runner.ask(processor, { values: user ?? {}, json: user }, signal)
    if (processor === null || output === null) return null
    return readJsonOutput(output, profileShape, processor)?.profile ?? null
  }
  const [name, addresses, roles] = await Promise.all([
    part(processors['profile.displayName']),
    part(processors['profile.threePid']),
    part(processors['profile.roles']),
  ])
  if (name === null && addresses === null && roles === null) return null
  return {
    displayName: readDisplayName(name?.display_name ?? null),
    threepids: threepidsOf(addresses?.threepids ?? [], rules),
    roles: roles?.roles ?? [],
    photo: null,
  }
}

/** In the order of the lines of `plain`; null for what is no Matrix ID of our domain. */
function userValues(mxid: string, rules: ContractRules) {
  const localpart = parseUserId(mxid) === null ? null : userOf(mxid, { ...rules, userType: 'localpart' })
  return localpart === null ? null : { localpart, domain: rules.domain, mxid }
}
