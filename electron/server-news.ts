import { summariseAway } from './away-summary.ts'
import type { Notifications } from './notifications.ts'
import type { ServerNews, ServerState } from './server/supervisor.ts'
import type { ViewStore } from './view-store.ts'

/** Takes what the server says into the view and the notifications. */
export function takeNews(news: ServerNews, view: ViewStore, notifications: Notifications): void {
  switch (news.type) {
    case 'numbers': {
      const { lookupsToday, pendingInvitations, attention, federationPausedUntil, state } = news
      view.change({
        ...{ lookupsToday, pendingInvitations, attention, federationPausedUntil },
        isServerWorking: state === 'working',
      })
      return
    }
    case 'notice':
      return notifications.tell(news)
    case 'away': {
      const away = summariseAway(news)
      if (away === null) return
      view.change({ away })
      notifications.tell({ kind: 'away', key: `away ${JSON.stringify(news)}`, ...away })
    }
  }
}

/** The same for how its process stands. */
export function takeState(state: ServerState, view: ViewStore, notifications: Notifications): void {
  view.change({
    phase: state.phase,
    publicAddress: state.phase === 'running' ? state.publicAddress : null,
    crash: state.phase === 'failed' ? state.report : null,
    // A new one is at work until it says how it stands.
    ...(state.phase === 'running' ? {} : { attention: [], isServerWorking: true }),
  })
  if (state.phase !== 'failed') return
  const { at, what, fix } = state.report
  notifications.tell({
    kind: 'server-failed',
    key: `failed ${at}`,
    title: 'Signpost is not running',
    body: `${what} ${fix}`,
  })
}
