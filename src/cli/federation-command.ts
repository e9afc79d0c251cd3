import { canonicalAddress, canonicalDomain, type ThreePid } from '../matrix/threepid.ts'
import { loadConfig } from '../config/load.ts'
import { baseUrl } from '../config/types.ts'
import { checkCentral, checkDomain } from '../federation/check/check-peer.ts'
import type { PeerCheckStep } from '../federation/check/step.ts'
import { domainOf } from '../federation/domains.ts'
import { createCertificateReader } from '../net/certificate.ts'
import { readAddressArgument } from './address-argument.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import { secretsOf, type DataContext } from './open-data.ts'
import { openOutbound } from '../open-outbound.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost federation check DOMAIN [ADDRESS] [--data DIR] [--json]',
  '       signpost federation check URL [ADDRESS]',
  '',
  '  signpost federation check partner.example',
  '  signpost federation check partner.example anna@partner.example',
  '  signpost federation check https://vector.im',
  '',
  '  DOMAIN         an e-mail domain: its DNS record, server, certificate, APIs and key',
  '  URL            a central identity server: also its terms, and the account there',
  '  ADDRESS        also ask for this address (it is sent as lookups are, in clear only to servers of the v1 API)',
]

interface Target {
  readonly domain: string | null
  readonly url: string | null
  readonly address: ThreePid | null
}

/** `signpost federation ...`; `args` are the words after `federation`. Exit code 1 when a step fails. */
export async function runFederationCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  let target: Target
  try {
    target = readTarget(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
  return await check(target, io)
}

function readTarget(args: readonly string[]): Target {
  const { positionals } = parseWords(args, {})
  const [command, place, addressText, ...rest] = positionals
  if (command !== 'check') throw new UsageError('"federation" has one command: check.')
  if (place === undefined || rest.length > 0) {
    throw new UsageError('"federation check" needs one domain, or the URL of one server.')
  }
  const address = addressText === undefined ? null : readAddressArgument([addressText], '')
  if (place.includes('://')) {
    const url = baseUrl().safeParse(place)
    if (!url.success) throw new UsageError(`"${place}" is no URL. Write one that begins with https://.`)
    return { domain: null, url: url.data, address }
  }
  const domain = canonicalDomain(place)
  if (domain === null) throw new UsageError(`"${place}" is no domain. Write what stands behind the @.`)
  checkBelongs(domain, address)
  return { domain, url: null, address }
}

/** The server of a domain is asked for addresses of this domain alone; any other is none of its business. */
function checkBelongs(domain: string, address: ThreePid | null): void {
  if (address === null) return
  const isOfDomain = address.medium === 'email' && domainOf(address.address) === domain
  if (!isOfDomain || canonicalAddress(address.medium, address.address) === null) {
    throw new UsageError(`The address has to be an e-mail address of ${domain}.`)
  }
}

async function check({ domain, url, address }: Target, io: DataContext): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const runtime = commandRuntime()
  const secrets = secretsOf(io, runtime)
  const { resolver, guard, authorities, outbound, http } = await openOutbound(io, {
    config,
    runtime,
    secrets,
  })
  const certificate = createCertificateReader(resolver, authorities)
  const context = { config, outbound, resolver, guard, certificate, clock: runtime.clock, address }
  const seen: PeerCheckStep[] = []
  if (!io.json) io.out(domain ?? url ?? '')
  try {
    const steps = domain === null ? checkCentral(context, url ?? '') : checkDomain(context, domain)
    for await (const step of steps) {
      seen.push(step)
      if (!io.json) for (const line of describeStep(step)) io.out(line)
    }
  } finally {
    await http.close()
  }
  const ok = seen.every(({ outcome }) => outcome !== 'failed')
  if (io.json) io.out(JSON.stringify({ target: domain ?? url, ok, steps: seen }))
  return ok ? exitCodes.fine : exitCodes.unexpected
}

function describeStep({ step, outcome, detail, fix, ms }: PeerCheckStep): string[] {
  return [
    `  ${outcome.padEnd(8)} ${step.padEnd(9)} ${detail} (${ms} ms)`,
    ...(fix === null ? [] : [`             Fix: ${fix}`]),
  ]
}
