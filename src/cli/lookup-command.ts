import { currentMapping, type Mapping } from '../lookup/mappings.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import { readAddressArgument, readCountry } from './address-argument.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost lookup [MEDIUM] ADDRESS [--country DE] [--data DIR] [--json]',
  '',
  '  signpost lookup anna@example.org',
  '  signpost lookup "+49 170 1234567"',
  '',
  '  MEDIUM         email or phone; without it, the look of the address tells',
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
  try {
    const { values, positionals } = parseWords(args, { country: { type: 'string' } })
    address = readAddressArgument(positionals, readCountry(values.country))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
  return withData(io, async ({ config, storage, runtime }) => {
    const backends = config.backends.filter(({ enabled }) => enabled).map(({ id }) => id)
    const mapping = await currentMapping(storage.db, address, backends, runtime.clock.now())
    if (io.json) io.out(JSON.stringify(asJson(address, mapping)))
    else for (const line of inWords(address, mapping, backends)) io.out(line)
    return mapping === null ? exitCodes.notFound : exitCodes.fine
  })
}

function asJson(address: ThreePid, mapping: Mapping | null): object {
  if (mapping === null) return { found: false, ...address }
  const { mxid, source, boundAt } = mapping
  const since = boundAt === null ? null : new Date(boundAt).toISOString()
  return { found: true, ...address, mxid, source, since }
}

function inWords(
  { medium, address }: ThreePid,
  mapping: Mapping | null,
  backends: readonly string[],
): string[] {
  const shown = medium === 'msisdn' ? `+${address}` : address
  if (mapping === null) {
    const asked = ['the published addresses', ...backends.map((id) => `the backend "${id}"`)]
    return [`${shown} belongs to nobody here.`, `  Asked:   ${asked.join(', ')}`]
  }
  const { mxid, source, boundAt } = mapping
  if (source !== 'association') return [`${shown} belongs to ${mxid}`, `  Source:  the backend "${source}"`]
  return [
    `${shown} belongs to ${mxid}`,
    '  Source:  published by its owner',
    ...(boundAt === null ? [] : [`  Since:   ${new Date(boundAt).toISOString()}`]),
  ]
}
