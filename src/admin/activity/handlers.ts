import type { z } from 'zod'
import type { Activity } from '../../activity/activity.ts'
import { findActivity, readActivity, type ActivityFilter } from '../../activity/log/query.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { RemoteLookup } from '../../lookup/remote.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import { needAddress } from '../api/typed.ts'
import type { activityContract, activityFilters } from './contract.ts'
import { filterOfText } from './search-text.ts'
import { readTimeline } from './timeline/timeline.ts'
import { explainWhy } from './why/why.ts'

export interface ActivityHandlerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly keyRing: Pick<KeyRing, 'derive'>
  readonly activity: Pick<Activity, 'log'>
  readonly directories: Pick<Directories, 'backends' | 'sources' | 'lookup'>
  /** Who is asked when nobody here knows. */
  readonly remote: () => RemoteLookup
}

/** Other rows of one request that are shown with a row. */
const MOST_RELATED = 100

export function createActivityHandlers(options: ActivityHandlerOptions): Handlers<typeof activityContract> {
  const { storage, config, keyRing, activity } = options
  return {
    async 'GET /api/activity'({ query }) {
      const { before, after, limit, ...given } = query
      const filter = toFilter(given, keyRing)
      const { rows, more } = await readActivity(storage.db, { filter, before, after, limit })
      const { keep, addresses } = config().activity
      return {
        rows: [...rows],
        next: more ? (rows.at(-1)?.id ?? null) : null,
        lost: activity.log.lost(),
        keepMs: keep,
        addresses,
      }
    },

    async 'GET /api/activity/{id}'({ params }) {
      const row = await findActivity(storage.db, params.id)
      if (row === null) throw new AdminError('not-found')
      if (row.request === null) return { row, related: [] }
      const filter = { request: row.request }
      const { rows } = await readActivity(storage.db, { filter, after: 0, limit: MOST_RELATED })
      return { row, related: rows.filter(({ id }) => id !== row.id) }
    },

    async 'POST /api/activity/timeline'({ body }) {
      const address = needAddress(body.address)
      // What happened a moment ago is part of it.
      await activity.log.flush()
      return await readTimeline(options, address)
    },

    async 'POST /api/activity/why'({ body }) {
      await activity.log.flush()
      return await explainWhy(options, body)
    },
  }
}

function toFilter(
  { q, ...filter }: z.output<typeof activityFilters>,
  keyRing: Pick<KeyRing, 'derive'>,
): ActivityFilter {
  return q === undefined || q === '' ? filter : { ...filter, ...filterOfText(q, keyRing) }
}
