import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { synapseBlocklist } from '../homeserver/synapse-blocklist.ts'
import { renderDns } from '../gateway/snippets/dns.ts'
import { renderConduit } from '../gateway/snippets/homeservers/conduit.ts'
import { renderDendrite } from '../gateway/snippets/homeservers/dendrite.ts'
import { factsOf, type FactOptions, type HomeserverFacts } from '../gateway/snippets/homeservers/facts.ts'
import { renderMas } from '../gateway/snippets/homeservers/mas.ts'
import { renderSynapse } from '../gateway/snippets/homeservers/synapse.ts'
import type { Snippet } from '../gateway/snippets/snippet.ts'
import { originOf } from '../gateway/snippets/upstream.ts'
import { readWellKnown, wellKnownSnippet } from '../gateway/snippets/well-known.ts'
import { parseIp } from '../net/ip-address.ts'
import { createResolver } from '../net/resolver.ts'
import { hostOf } from '../net/request-url.ts'
import { systemRandom } from '../system.ts'
import type { CommandOutput } from './config-commands.ts'
import {
  chooseKind,
  orUsage,
  printSnippet,
  readFeatures,
  readInput,
  readUpstream,
} from './snippet-options.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost snippet synapse|dendrite|conduit|mas|dns [OPTIONS]',
  '       signpost snippet well-known [client|server] [OPTIONS]',
  '',
  '  Prints what to add to the configuration of others.',
  '',
  '  --client-url URL   where clients reach the homeserver (default: not said; well-known: server.publicUrl)',
  '  --upstream URL     Signpost as the homeserver reaches it (default: server.listen on one machine,',
  '                     server.publicUrl otherwise)',
  '  --address IP       address of the public name (default: looked up)',
  '  --mas              the homeserver leaves accounts to Matrix Authentication Service',
  '  --merge FILE       the document that the web site serves today (well-known)',
  '  --feature NAME     also what belongs to this feature, as if it were on',
]

const optionTypes = {
  'client-url': { type: 'string' },
  upstream: { type: 'string' },
  address: { type: 'string', multiple: true },
  mas: { type: 'boolean', default: false },
  merge: { type: 'string' },
  feature: { type: 'string', multiple: true },
} as const

type Values = ReturnType<typeof parseWords<typeof optionTypes>>['values']

const kinds = ['synapse', 'dendrite', 'conduit', 'mas', 'well-known', 'dns'] as const

/** Longest wait for DNS. Without an answer the snippet says what depends on it. */
const LOOKUP_TIMEOUT_MS = 3_000

/** `signpost snippet ...`; `args` are the words after `snippet`. Throws `OperatorError`. */
export async function runSnippetCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { values, positionals } = parseWords(args, optionTypes)
    const kind = chooseKind(kinds, positionals, 'snippet')
    const words = positionals.slice(1)
    const options = readOptions(values)
    if (kind === 'well-known') return await printWellKnown(io, words, values.merge, options)
    if (words.length > 0) throw new UsageError(`"snippet ${kind}" takes no further word.`)
    if (values.merge !== undefined)
      throw new UsageError('--merge is for the documents of "snippet well-known".')
    const { config } = await loadConfig(io.dataDir)
    const needsAddresses = kind === 'synapse' || kind === 'dns'
    const addresses = options.addresses ?? (needsAddresses ? await addressesOf(config) : null)
    const isRefused = (address: string) => synapseBlocklist.contains(address)
    return printSnippet(io, kind, render(kind, config, factsOf(config, { ...options, addresses, isRefused })))
  })
}

async function printWellKnown(
  io: CommandOutput,
  [word = 'client', ...others]: readonly string[],
  merge: string | undefined,
  options: FactOptions,
): Promise<number> {
  if ((word !== 'client' && word !== 'server') || others.length > 0) {
    throw new UsageError('"snippet well-known" takes client or server.')
  }
  const { config } = await loadConfig(io.dataDir)
  const existing = merge === undefined ? undefined : await readExisting(merge)
  const snippet = wellKnownSnippet(factsOf(config, options), word, existing)
  // JSON has no comments.
  if (!io.json) for (const remark of snippet.remarks) io.err(remark)
  return printSnippet(io, 'well-known', snippet)
}

function render(
  kind: Exclude<(typeof kinds)[number], 'well-known'>,
  config: Config,
  facts: HomeserverFacts,
): Snippet {
  switch (kind) {
    case 'synapse':
      return renderSynapse(facts)
    case 'dendrite':
      return renderDendrite(facts)
    case 'conduit':
      return renderConduit(facts)
    case 'mas':
      return renderMas(facts)
    case 'dns': {
      const { enabled, domains } = config.federation.inbound
      return renderDns(facts, { inbound: enabled, domains: domains.length > 0 ? domains : [facts.domain] })
    }
  }
}

function readOptions({ 'client-url': clientUrl, upstream, address, mas, feature }: Values) {
  const client = readUpstream('client-url', clientUrl)
  const direct = readUpstream('upstream', upstream)
  const bad = address?.find((text) => parseIp(text) === null)
  if (bad !== undefined) throw new UsageError(`--address takes an IP address; "${bad}" is none.`)
  return {
    mas,
    features: readFeatures(feature),
    ...(client === undefined || clientUrl === undefined ? {} : { clientUrl: new URL(clientUrl).origin }),
    ...(direct === undefined ? {} : { directUrl: originOf(direct) }),
    ...(address === undefined ? {} : { addresses: address }),
  }
}

async function readExisting(file: string): Promise<Readonly<Record<string, unknown>>> {
  const existing = readWellKnown(await readInput(file))
  if (existing === null) throw new UsageError(`${file} holds no JSON object.`)
  return existing
}

/** Null when there is no name yet, or DNS does not answer. */
async function addressesOf(config: Config): Promise<readonly string[] | null> {
  const { dnsServers } = config.network
  const resolver = createResolver({ servers: dnsServers, timeoutMs: LOOKUP_TIMEOUT_MS, random: systemRandom })
  try {
    const found = await resolver.addresses(hostOf(new URL(factsOf(config).identityUrl)))
    return found.length === 0 ? null : found
  } catch {
    return null
  }
}
