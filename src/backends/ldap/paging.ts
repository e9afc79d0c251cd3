import type { Filter } from 'ldapts'
import type { LdapEntry } from './entry.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

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
  for (const base of bases) {
    let cookie: Buffer | null = null
    do {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(pageMs)])
      const order = { base, scope: 'sub', filter, attributes, page: { size: pageSize, cookie } } as const
      const result = await session.search(order, patience)
      if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
      yield result.entries
      // A page may be empty and not be the last: the server stopped looking for a while.
      cookie = result.cookie
    } while (cookie !== null)
  }
}
