import { BackendFailure } from './failure.ts'

/** Where a listing goes on, as the directory calls it. */
export type PageToken = string | number

export interface PageGuard {
  /** True for a key that no earlier page had: pages that shift under a reader name people twice. */
  isNew(key: string): boolean
  /** Called after each page, with the token of the next one. Throws `BackendFailure` when there is no end in sight. */
  next(token: PageToken): void
}

/** Directories that filter after paging answer empty pages now and then, but not this many in a row. */
const maxEmptyPages = 50
/** Far above any organisation, far below what would fill the memory. */
const maxKeys = 2_000_000

/** Watches over a listing in pages, so that a directory with a defect cannot keep it going for ever. */
export function createPageGuard(): PageGuard {
  const keys = new Set<string>()
  const tokens = new Set<PageToken>()
  let keysBefore = 0
  let emptyPages = 0

  return {
    isNew(key) {
      if (keys.has(key)) return false
      if (keys.size >= maxKeys) throw endless(`names more than ${maxKeys} entries`)
      keys.add(key)
      return true
    },
    next(token) {
      if (tokens.has(token)) throw endless('leads in a circle: a page came twice')
      tokens.add(token)
      emptyPages = keys.size === keysBefore ? emptyPages + 1 : 0
      keysBefore = keys.size
      if (emptyPages >= maxEmptyPages) throw endless(`goes on, but ${maxEmptyPages} pages brought nobody new`)
    },
  }
}

function endless(what: string): BackendFailure {
  const fix = 'Correct how the directory pages its listing: the last page must not name a next one.'
  return new BackendFailure('protocol', `The listing ${what}.`, fix)
}
