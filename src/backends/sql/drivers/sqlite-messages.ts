import type { BackendFailureCode } from '../../failure.ts'
import type { BoundStatement } from '../named-parameters.ts'
import type { Row } from '../values.ts'

/** What goes from Signpost to the process that has the file open. One answer comes back for each. */
export type SqliteOrder =
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'query'; readonly statements: readonly BoundStatement[] }
  | { readonly type: 'pages'; readonly statement: BoundStatement; readonly pageRows: number }
  /** The next page of the statement before. */
  | { readonly type: 'next' }
  /** No more pages are wanted. */
  | { readonly type: 'stop' }

export type SqliteReply =
  | { readonly type: 'done' }
  | { readonly type: 'rows'; readonly rows: readonly (readonly Row[])[] }
  | { readonly type: 'page'; readonly rows: readonly Row[]; readonly last: boolean }
  /** The file was not opened: the parts of a `BackendFailure`, which is no longer one behind the border of a process. */
  | {
      readonly type: 'refused'
      readonly code: BackendFailureCode
      readonly message: string
      readonly fix: string
    }
  | { readonly type: 'failed'; readonly code: string | null; readonly message: string }
