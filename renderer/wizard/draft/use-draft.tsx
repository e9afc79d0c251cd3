import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { invalidate, keyOf } from '../../api/hooks.ts'
import { createDraftKeeper, type Draft, type DraftKeeper, type DraftState } from './draft-keeper.ts'
import { valueAt, withValue, type Settings } from './values.ts'

interface DraftOwner {
  readonly keeper: DraftKeeper
  /** What the file says. */
  readonly current: Settings
}

const DraftContext = createContext<DraftOwner | null>(null)

export interface DraftProviderProps {
  readonly first: Draft
  readonly current: Settings
  readonly children: ReactNode
}

export function DraftProvider({ first, current, children }: DraftProviderProps) {
  const client = useClient()
  const queries = useQueryClient()
  const [keeper] = useState(() =>
    createDraftKeeper({
      first,
      async save(body) {
        const { draft } = await client.call('PUT /api/wizard/draft', { body })
        queries.setQueryData<AnswerOf<'GET /api/wizard'>>(
          keyOf('GET /api/wizard', undefined),
          (known) => known && { ...known, draft },
        )
      },
    }),
  )
  const owner = useMemo(() => ({ keeper, current }), [keeper, current])
  const { revision } = useSyncExternalStore(keeper.subscribe, keeper.state)
  // Snippets and previews are made of the draft.
  useEffect(() => {
    if (revision > 0) void invalidate(queries, '/api/gateway')
  }, [queries, revision])
  // The last letters are not lost when the window is left.
  useEffect(() => () => void keeper.flush().catch(() => undefined), [keeper])
  return <DraftContext value={owner}>{children}</DraftContext>
}

export interface DraftHandle extends DraftState {
  /** A setting of the draft, else of the file; undefined where the default counts. `path` as in `server.listen.port`. */
  value(path: string): unknown
  /** Undefined takes the setting back to its default. */
  set(path: string, value: unknown): void
  choice(name: string): Draft['choices'][string]
  choose(name: string, value: Draft['choices'][string]): void
  goTo(step: string): void
  flush(): Promise<void>
}

export function useDraft(): DraftHandle {
  const owner = use(DraftContext)
  if (owner === null) throw new Error('there is no draft around this')
  const { keeper, current } = owner
  const state = useSyncExternalStore(keeper.subscribe, keeper.state)
  return {
    ...state,
    value(path) {
      const drafted = valueAt(state.draft.settings, path)
      return drafted === undefined ? valueAt(current, path) : (drafted ?? undefined)
    },
    set(path, value) {
      // In a draft null means "the default again", which only matters where the file has something else.
      const kept = value === undefined && valueAt(current, path) !== undefined ? null : value
      keeper.change((draft) => ({ ...draft, settings: withValue(draft.settings, path, kept) }))
    },
    choice: (name) => state.draft.choices[name] ?? null,
    choose: (name, value) =>
      keeper.change((draft) => ({ ...draft, choices: { ...draft.choices, [name]: value } })),
    goTo: (step) => keeper.change((draft) => ({ ...draft, step })),
    flush: () => keeper.flush(),
  }
}
