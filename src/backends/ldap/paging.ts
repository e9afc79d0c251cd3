import type { Filter } from 'ldapts'
import type { LdapEntry } from './entry.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession, SearchOrder, SearchResult } from './wire/session.ts'

export interface PagedOrder {
  readonly bases: readonly string[]
  readonly filter: Filter
  readonly attributes: readonly string[]
  readonly pageSize: number
  /** Longest wait for one page, milliseconds. */
  readonly pageMs: number
}

/** Everything below all bases, page by page. Throws BackendFailure rather than leave anything out. */
export async function* readPages(
  session: LdapSession,
  { bases, filter, attributes, pageSize, pageMs }: PagedOrder,
  signal: AbortSignal,
): AsyncGenerator<readonly LdapEntry[]> {
  const search = (order: SearchOrder) =>
    session.search(order, AbortSignal.any([signal, AbortSignal.timeout(pageMs)]))

  for (const base of bases) {
    const whole = { base, scope: 'sub', filter, attributes } as const
    let cookie: Buffer | null = null
    do {
      let result = await search({ ...whole, page: { size: pageSize, cookie } })
      if (cookie === null && saysNoPaging(result)) result = await search(whole)
      if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
      yield result.entries
      // A page may be empty and not be the last: the server stopped looking for a while.
      cookie = result.cookie
    } while (cookie !== null)
  }
}

/** Servers without paging ignore that it was asked for; those where it is forbidden refuse the whole search. */
function saysNoPaging({ code, entries }: SearchResult): boolean {
  const refusals: readonly number[] = [
    resultCode.adminLimitExceeded,
    resultCode.unavailableCriticalExtension,
    resultCode.unwillingToPerform,
  ]
  return entries.length === 0 && refusals.includes(code)
}
