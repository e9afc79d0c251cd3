import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { MatrixError } from '../../matrix/errors.ts'
import { limitKey } from '../../net/limit-key.ts'
import type { Clock } from '../../runtime.ts'
import type { Recorder } from './entry.ts'
import { mentionedIn } from './mentioned.ts'
import type { ActivityKind } from './row.ts'

/** Records why a request was refused, or failed. */
export type NoteRefusal = (request: FastifyRequest, error: MatrixError) => void

export interface RefusalOptions {
  readonly clock: Clock
  readonly recorder: Recorder
  /** The homeserver of a user who is not ours. */
  readonly foreignServer: (userId: string) => string | null
}

/** Rows of one client for one kind of refusal in one minute: a program that asks wrongly does so a thousand times. */
const ROWS_A_MINUTE = 20
/** Rows of all clients together in one minute: strangers are many. */
const ALL_ROWS_A_MINUTE = 600
const MINUTE_MS = 60_000
const MAX_CLIENTS = 5_000

/** What each route is about, by the end of its path. */
const kinds: readonly (readonly [RegExp, ActivityKind])[] = [
  [/\/_signpost\/|\/federation\//, 'federation-in'],
  [/\/(lookup|bulk_lookup|hash_details)$/, 'lookup'],
  [/\/validate\/|\/getValidated3pid$/, 'validation'],
  [/\/bind$/, 'bind'],
  [/\/unbind$/, 'unbind'],
  [/\/(store-invite|sign-ed25519)$/, 'invitation'],
  [/\/(login|check_credentials)$/, 'sign-in'],
  [/\/user_directory\/search$/, 'lookup'],
  [/\/register\/:medium\/requestToken$/, 'validation'],
  [/\/client\/.+\/(createRoom|createRoom\/\*|rooms\/\*)$/, 'invitation'],
  [/\/(account|account\/\w+|terms)$/, 'sign-in'],
]

export function createRefusals({ clock, recorder, foreignServer }: RefusalOptions): NoteRefusal {
  const rows = new LRUCache<string, number>({ max: MAX_CLIENTS })
  let minute = 0
  let all = 0

  /** Counts a refusal; false for one that is only one more of many. */
  function isNew(key: string): boolean {
    const now = Math.floor(clock.now() / MINUTE_MS)
    if (now !== minute) {
      rows.clear()
      all = 0
      minute = now
    }
    const count = (rows.get(key) ?? 0) + 1
    rows.set(key, count)
    return count <= ROWS_A_MINUTE && ++all <= ALL_ROWS_A_MINUTE
  }

  return (request, { errcode, message, status }) => {
    const route = request.routeOptions.url ?? ''
    const kind = kinds.find(([path]) => path.test(route))?.[1]
    if (kind === undefined || !isNew(`${limitKey(request.clientAddress)} ${kind} ${errcode}`)) return
    const { userId } = request
    const { address, mxid, server } = mentionedIn(request)
    recorder.record({
      kind,
      action: actionOf(route),
      outcome: status >= 500 ? 'failed' : 'refused',
      address,
      mxid,
      requester: {
        user: userId,
        server: userId === null ? server : foreignServer(userId),
        ip: userId === null ? request.clientAddress : null,
      },
      code: errcode,
      reason: message,
      details: { status },
    })
  }
}

/** `submitToken`, `bind`: the last part of the path, which never holds a secret. */
function actionOf(route: string): string {
  return route.split('/').findLast((part) => part !== '' && !part.startsWith(':')) ?? 'request'
}
