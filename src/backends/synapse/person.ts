import { z } from 'zod'
import { readRecord, type ListedPerson, type PersonRules } from '../person.ts'

/** An account with one of its addresses, or with none. */
export const accountRow = z.object({
  user_id: z.string(),
  name: z.string().nullable(),
  medium: z.string().nullable(),
  address: z.string().nullable(),
})
export type AccountRow = z.output<typeof accountRow>

/** An account with all its addresses. */
export interface Account {
  readonly userId: string
  readonly name: string | null
  readonly addresses: { readonly medium: string; readonly address: string }[]
}

/** Puts rows of accounts together; rows of one account stand next to each other, maybe on two pages. */
export async function* groupPages(
  pages: AsyncIterable<readonly AccountRow[]>,
): AsyncGenerator<readonly Account[]> {
  let begun: Account[] = []
  for await (const page of pages) {
    for (const { user_id: userId, name, medium, address } of page) {
      if (begun.at(-1)?.userId !== userId) begun.push({ userId, name, addresses: [] })
      if (medium !== null && address !== null) begun.at(-1)?.addresses.push({ medium, address })
    }
    // The next page may have more rows of the last one.
    yield begun.slice(0, -1)
    begun = begun.slice(-1)
  }
  yield begun
}

/** Reads an account. One of another domain stands for nobody: Signpost answers for its own domain. */
export function readAccount({ userId, name, addresses }: Account, domain: string): ListedPerson {
  const of = (wanted: string) =>
    addresses.filter(({ medium }) => medium === wanted).map(({ address }) => address)
  // Synapse keeps phone numbers as digits that begin with the country code.
  const phones = of('msisdn').map((digits) => `+${digits}`)
  const record = { key: userId, user: userId, displayName: name, emails: of('email'), phones }
  if (!userId.endsWith(`:${domain}`)) {
    const reason = `is not a user of ${domain}`
    return { key: userId, person: null, rejections: [{ field: 'user', value: userId, reason }], record }
  }
  const rules: PersonRules = { domain, userType: 'mxid', unsuitable: 'reject', defaultCountry: null }
  return readRecord(record, rules)
}

/** Reads an account of which one row is enough. */
export function readRow(
  { user_id: userId, name, medium, address }: AccountRow,
  domain: string,
): ListedPerson {
  const addresses = medium === null || address === null ? [] : [{ medium, address }]
  return readAccount({ userId, name, addresses }, domain)
}
