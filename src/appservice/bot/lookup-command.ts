import { readAddress } from '../../backends/cells.ts'
import type { Lookup } from '../../lookup/find.ts'
import type { Asked } from './commands.ts'

export interface LookupCommandOptions {
  readonly lookup: Lookup
}

/** `!lookup ADDRESS`, as if the person who asks had looked it up in a client. */
export async function lookupCommand(
  { lookup }: LookupCommandOptions,
  { sender }: Asked,
  args: readonly string[],
): Promise<string> {
  const text = args.join(' ')
  if (text === '') return 'Name one address: !lookup anna@example.org'
  const medium = text.includes('@') ? 'email' : 'msisdn'
  const address = readAddress(medium, text, '', false)
  if (!address.ok) return `The address ${address.message}. ${address.fix}`
  const found = await lookup.findOne({ medium, address: address.value }, { kind: 'client', userId: sender })
  return found === null ? 'Nobody is known to have this address.' : `${found.mxid} (${found.source})`
}
