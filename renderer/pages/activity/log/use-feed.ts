import { startTransition, useEffect, useMemo, useState } from 'react'
import { useClient } from '../../../api/client-context.ts'
import { useEvent } from '../../../api/use-events.ts'
import { createFeed, type Feed, type FeedState } from './feed.ts'
import type { Filters } from './filters.ts'

/** The log under these filters, kept up to date by events. */
export function useFeed(filters: Filters): { readonly feed: Feed; readonly state: FeedState } {
  const client = useClient()
  const feed = useMemo(
    () =>
      createFeed({
        read: (page) => client.call('GET /api/activity', { query: { ...filters, ...page } }),
        isFiltered: Object.keys(filters).length > 0,
      }),
    [client, filters],
  )
  const [seen, setSeen] = useState({ feed, state: feed.state() })
  useEffect(() => {
    // A busy server sends a screenful of new rows four times a second: drawing them must not stand in the way of a click.
    const end = feed.subscribe(() => startTransition(() => setSeen({ feed, state: feed.state() })))
    feed.load()
    return () => {
      end()
      feed.stop()
    }
  }, [feed])
  useEvent('activity', (event) => feed.take(event))
  useEvent('reset', () => feed.load())
  return { feed, state: seen.feed === feed ? seen.state : feed.state() }
}
