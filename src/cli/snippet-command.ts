import { loadConfig } from '../config/load.ts'
import { synapseBlocklist } from '../homeserver/synapse-blocklist.ts'
import { factsOf, type FactOptions } from '../gateway/snippets/homeservers/facts.ts'
import { publicAddressesOf } from '../gateway/snippets/homeservers/public-addresses.ts'
import { renderForHomeserver } from '../gateway/snippets/homeservers/render.ts'
import { originOf } from '../gateway/snippets/upstream.ts'
import { readWellKnown, wellKnownSnippet } from '../gateway/snippets/well-known.ts'
import { parseIp } from '../net/ip-address.ts'
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
    const addresses =
      options.addresses ?? (needsAddresses ? await publicAddressesOf(config, systemRandom) : null)
    const isRefused = (address: string) => synapseBlocklist.contains(address)
    const facts = factsOf(config, { ...options, addresses, isRefused })
    return printSnippet(io, kind, renderForHomeserver(kind, config, facts))
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
