import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { runChecks, type CheckStep, type CheckWork, type StepResult } from '../check.ts'
import { asBackendFailure, BackendFailure } from '../failure.ts'
import type { BackendContext } from '../kind.ts'
import { countPeople, samplePeople, seeBases } from './check-people.ts'
import type { LdapConfig } from './config.ts'
import type { Layout } from './layout.ts'
import { orAbort } from './wire/abort.ts'
import type { Connector } from './wire/connector.ts'
import type { LdapServer } from './wire/server.ts'
import { createSession, type LdapSession } from './wire/session.ts'
import { openTcp } from './wire/transport.ts'

export interface CheckOptions {
  readonly config: LdapConfig
  readonly layout: Layout
  readonly connector: Connector
  readonly context: BackendContext
}

/** Longest wait for one connection, so that a dead server leaves time for the others. */
const CONNECT_MS = 1_900

/** From the settings to a sample of people, over a connection of its own. */
export async function* checkDirectory(options: CheckOptions, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const progress: Progress = { places: [], reached: null, session: null }
  try {
    yield* runChecks(options.context.clock, stepsOf(options, progress, signal))
  } finally {
    progress.session?.close()
    progress.reached?.socket.destroy()
  }
}

interface Place {
  readonly server: LdapServer
  readonly address: string
}

/** What the steps hand on to each other. */
interface Progress {
  places: readonly Place[]
  reached: { readonly server: LdapServer; readonly socket: Socket } | null
  session: LdapSession | null
}

function stepsOf(options: CheckOptions, progress: Progress, signal: AbortSignal): CheckWork[] {
  const { config, layout, context } = options
  const session = () => given(progress.session)
  const people = { bases: config.bases, layout, pageSize: config.pageSize }
  return [
    ['settings', () => checkSettings(options)],
    ['resolve', () => resolveAll(options, progress, signal)],
    ['connect', () => connect(progress, signal)],
    ['tls', () => protect(options, progress, context, signal)],
    ['login', () => login(options, progress, signal)],
    ['bases', () => seeBases(session(), config.bases, signal)],
    ['count', () => countPeople(session(), people, signal)],
    ['sample', () => samplePeople(session(), people, signal)],
  ]
}

async function checkSettings({ config, layout, connector, context }: CheckOptions): Promise<StepResult> {
  connector.servers()
  await context.authorities(config.caFile)
  if (config.bindPassword !== null) await context.secret(config.bindPassword, 'bindPassword')
  const whom = config.bindDn === null ? 'anonymously' : `as ${config.bindDn}`
  const noPhones = layout.phones.length === 0 && config.attributes.phones === null ? ` ${phonesUnread}` : ''
  return { detail: `Preset ${config.preset}, logging in ${whom}.${noPhones}` }
}

const phonesUnread =
  'Phone numbers are not read: by default users write their own there, and could claim those of others. To read them, take that right away and name the attributes in "attributes.phones".'

async function resolveAll(
  { connector, context }: CheckOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<StepResult> {
  const failures: BackendFailure[] = []
  const places: Place[] = []
  for (const server of connector.servers()) {
    try {
      const addresses = await orAbort(context.addresses(server.host), signal, server.label)
      places.push(...addresses.map((address) => ({ server, address })))
    } catch (error) {
      failures.push(asBackendFailure(error))
    }
  }
  progress.places = places
  const detail = places.map(({ server, address }) => `${server.host} is ${address}`).join(', ')
  return partly(`${detail}.`, failures, places.length > 0)
}

async function connect(progress: Progress, signal: AbortSignal): Promise<StepResult> {
  const failures: BackendFailure[] = []
  for (const { server, address } of progress.places) {
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)])
      progress.reached = { server, socket: await openTcp(address, server, patience) }
      break
    } catch (error) {
      failures.push(asBackendFailure(error))
      if (signal.aborted) break
    }
  }
  return partly(`Connected to ${progress.reached?.server.label}.`, failures, progress.reached !== null)
}

/** Fine, or fine with some servers out of order, or the first failure. */
function partly(detail: string, failures: readonly BackendFailure[], isFine: boolean): StepResult {
  const [first] = failures
  if (first === undefined) return { detail }
  if (!isFine) throw first
  return {
    outcome: 'warning',
    detail: [detail, ...failures.map(({ message }) => message)].join(' '),
    fix: first.fix,
  }
}

async function protect(
  { config, connector }: CheckOptions,
  progress: Progress,
  { clock }: BackendContext,
  signal: AbortSignal,
): Promise<StepResult> {
  const { server, socket } = given(progress.reached)
  const secured = await connector.protect(socket, server, signal)
  progress.session = createSession(secured, server.label, clock)
  if (secured === socket) {
    if (isThisMachine(server.host)) return { detail: 'Not encrypted, within this machine.' }
    return {
      outcome: 'warning',
      detail: 'Not encrypted: everybody on the way can read the passwords.',
      fix: 'Use ldaps:// in "servers", or switch "startTls" on.',
    }
  }
  if (config.verifyCertificate) return { detail: 'Encrypted, and the certificate is right.' }
  return {
    outcome: 'warning',
    detail: 'Encrypted, but the certificate is not checked.',
    fix: 'Name the certificate authority in "caFile" and switch "verifyCertificate" on.',
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

async function login(
  { config, connector }: CheckOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<StepResult> {
  await connector.login(given(progress.session), signal)
  return { detail: config.bindDn === null ? 'Let in without a login.' : 'The login is right.' }
}

/** Steps run in order, so that the one before has left its result. */
function given<T>(value: T | null): T {
  if (value === null) throw new BackendFailure('internal', 'A step ran too early.', 'Please report it.')
  return value
}
