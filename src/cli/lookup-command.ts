import { explainLookup, type Explanation } from '../lookup/explain.ts'
import type { Mapping } from '../lookup/mappings.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import { readAddressArgument, readCountry } from './address-argument.ts'
import { exitCodes } from './config-commands.ts'
import { decidingOpinion, describeOpinions, describeRemote } from './lookup-explain.ts'
import { withData, type DataContext } from './open-data.ts'
import { withDirectories } from './open-directories.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost lookup [MEDIUM] ADDRESS [--explain] [--country DE] [--data DIR] [--json]',
  '',
  '  signpost lookup anna@example.org',
  '  signpost lookup "+49 170 1234567"',
  '',
  '  MEDIUM         email or phone; without it, the look of the address tells',
  '  --explain      ask every source, and tell what each says and how long it takes',
  '  --country DE   where a phone number without country code is dialled',
]

/**
 * `signpost lookup ...`: who an address belongs to at this moment, and where that is known from. Exit code 3 when it
 * belongs to nobody.
 */
export async function runLookupCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  let address: ThreePid
  let explain: boolean
  try {
    const { values, positionals } = parseWords(args, {
      country: { type: 'string' },
      explain: { type: 'boolean', default: false },
    })
    explain = values.explain
    address = readAddressArgument(positionals, readCountry(values.country))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
  return withData(io, (data) =>
    withDirectories(io, data, async (directories) => {
      const operator = { kind: 'operator', userId: null } as const
      const explanation = explain ? await explainLookup(directories, address, operator) : null
      const mapping =
        explanation === null ? await directories.lookup.findOne(address, operator) : explanation.mapping
      const shown = address.medium === 'msisdn' ? `+${address.address}` : address.address
      const asked = {
        backends: directories.backends.map(({ id }) => id),
        others: directories.remote?.asksAnybody === true,
      }
      if (io.json) {
        const { opinions, remote } = explanation ?? {}
        io.out(JSON.stringify({ ...asJson(address, mapping), opinions, remote }))
      } else if (explanation === null) for (const line of inWords(shown, mapping, asked)) io.out(line)
      else for (const line of explained(shown, explanation, directories.clock.now())) io.out(line)
      return mapping === null ? exitCodes.notFound : exitCodes.fine
    }),
  )
}

function asJson(address: ThreePid, mapping: Mapping | null): object {
  if (mapping === null) return { found: false, ...address }
  const { mxid, source, boundAt } = mapping
  const since = boundAt === null ? null : new Date(boundAt).toISOString()
  return { found: true, ...address, mxid, source, since }
}

/** Every source with what it said, and who is right. */
function explained(shown: string, { mapping, opinions, remote }: Explanation, now: number): string[] {
  const verdict = mapping === null ? 'belongs to nobody here' : `belongs to ${mapping.mxid}`
  const source = mapping?.source ?? null
  const deciding = decidingOpinion(opinions, source)
  return [
    `${shown} ${verdict}.`,
    '',
    ...describeOpinions(opinions, deciding, now),
    ...describeRemote(remote, source),
  ]
}

interface Asked {
  /** Ids. */
  readonly backends: readonly string[]
  /** Whether the configuration has other servers asked too. */
  readonly others: boolean
}

function inWords(shown: string, mapping: Mapping | null, { backends, others }: Asked): string[] {
  if (mapping === null) {
    const asked = [
      'the published addresses',
      ...backends.map((id) => `the backend "${id}"`),
      ...(others ? ['other servers where it may (see --explain)'] : []),
    ]
    return [`${shown} belongs to nobody here.`, `  Asked:   ${asked.join(', ')}`]
  }
  const { mxid, source, boundAt } = mapping
  if (source !== 'association') {
    const from = backends.includes(source) ? `the backend "${source}"` : `another server: ${source}`
    return [`${shown} belongs to ${mxid}`, `  Source:  ${from}`]
  }
  return [
    `${shown} belongs to ${mxid}`,
    '  Source:  published by its owner',
    ...(boundAt === null ? [] : [`  Since:   ${new Date(boundAt).toISOString()}`]),
  ]
}
