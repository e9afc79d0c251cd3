import type { ThreePid } from '../matrix/threepid.ts'
import type { CheckStep } from './check.ts'
import type { ListedPerson } from './person.ts'

/** What a backend may be asked for; each can be switched off in its `uses`. */
export type BackendUse = 'lookup' | 'search' | 'authentication' | 'profile'

/**
 * A directory that is asked. A kind implements what its directory can do and leaves the rest out.
 *
 * Every method ends soon after `asking.signal` aborts, throws `BackendFailure` when the directory gave no usable answer,
 * and never throws for "not known" or "wrong password", which are answers. What it returns has been read already:
 * Matrix IDs are valid ones, addresses canonical.
 */
export interface Backend {
  /** Matrix IDs of canonical addresses. An address that two people claim comes twice; the caller decides. */
  findMappings?(addresses: readonly ThreePid[], asking: Asking): Promise<readonly FoundMapping[]>
  /** Everybody, for the mirror that answers hashed lookups. See `ListPage` for the protocol. */
  listPeople?(order: ListOrder): AsyncIterable<ListPage>
  search?(query: SearchQuery, asking: Asking): Promise<SearchAnswer>
  authenticate?(login: Login, asking: Asking): Promise<AuthenticationAnswer>
  /** Null when the directory does not know the user. */
  profile?(userId: string, asking: Asking): Promise<Profile | null>
  /** The name of a room, for mails; null when it has none or is not known. */
  roomName?(roomId: string, asking: Asking): Promise<string | null>
  /** Steps in order, each as soon as it is done; the first failed one is the last. Never throws. */
  check(asking: Asking): AsyncIterable<CheckStep>
  /** Lets go of connections; calls under way fail. Harmless when repeated. */
  close(): Promise<void>
}

export interface Asking {
  /** Aborts when the time of the backend is over. */
  readonly signal: AbortSignal
  /** On whose behalf; null when it is Signpost itself (a sync, a timer). */
  readonly requester: Requester | null
}

/** Who is behind a question, as far as that is known. */
export interface Requester {
  /**
   * `client`: a user of our homeserver, or somebody in a network that counts as it; `peer`: anybody else over HTTP, who
   * finds what is published only; `operator`: command line or console.
   */
  readonly kind: 'client' | 'peer' | 'operator'
  /** Matrix ID, where the request carried a token. */
  readonly userId: string | null
  /** IP address of the client, where there is one. */
  readonly address?: string
}

export interface FoundMapping extends ThreePid {
  readonly mxid: string
}

export interface ListOrder {
  /** Cursor of the last listing that was taken over; null asks for a full one. */
  readonly since: string | null
  /** True for keys that the mirror holds. */
  readonly isKnown: (key: string) => boolean
  readonly signal: AbortSignal
}

/**
 * A listing is any number of `people` and `present` pages and one `end` page. Without the `end` it counts as failed, and
 * nothing of it is used. A full listing names everybody in `people`; who is not named is gone. An incremental one names
 * in `people` who is new or changed, in `present` the keys of all others who are still there; who is in neither is gone.
 */
export type ListPage =
  | { readonly type: 'people'; readonly people: readonly ListedPerson[] }
  | { readonly type: 'present'; readonly keys: readonly string[] }
  | {
      readonly type: 'end'
      readonly incremental: boolean
      /** Where the next incremental listing goes on; null when this kind has none. */
      readonly cursor: string | null
    }

export interface SearchQuery {
  readonly by: 'name' | 'address'
  /** As typed; never empty. */
  readonly term: string
  readonly limit: number
}

export interface SearchAnswer {
  /** True when there were more than `limit`. */
  readonly limited: boolean
  readonly results: readonly FoundUser[]
}

export interface FoundUser {
  readonly mxid: string
  readonly displayName: string | null
  /** `mxc:` URL. */
  readonly avatarUrl: string | null
}

export interface Login {
  /** Whole Matrix ID, with its parts. */
  readonly userId: string
  readonly localpart: string
  readonly domain: string
  /** Never empty: many directories take an empty one for an anonymous login. */
  readonly password: string
}

export type AuthenticationAnswer =
  | { readonly success: false; readonly reason: 'unknown-user' | 'wrong-password' | 'not-allowed' }
  | {
      readonly success: true
      readonly mxid: string
      readonly displayName: string | null
      readonly threepids: readonly ThreePid[]
    }

export interface Profile {
  readonly displayName: string | null
  readonly threepids: readonly ThreePid[]
  /** Names of groups, nested ones included. */
  readonly roles: readonly string[]
  readonly photo: { readonly contentType: string; readonly bytes: Uint8Array } | null
}
