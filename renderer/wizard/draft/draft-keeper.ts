import type { ApiError } from '../../api/api-error.ts'
import type { AnswerOf } from '../../api/client.ts'

export type Draft = NonNullable<AnswerOf<'GET /api/wizard'>['draft']>

export interface DraftState {
  readonly draft: Draft
  readonly saving: 'saved' | 'pending' | 'failed'
  readonly error: ApiError | null
  /** Grows with every save. */
  readonly revision: number
}

/** Holds the draft as it is typed and keeps it on the server. */
export interface DraftKeeper {
  readonly state: () => DraftState
  change(update: (draft: Draft) => Draft): void
  /** Resolves once everything that was typed is on the server; rejects with `ApiError`. */
  flush(): Promise<void>
  readonly subscribe: (changed: () => void) => () => void
}

export interface DraftKeeperOptions {
  readonly first: Draft
  readonly save: (draft: Draft) => Promise<unknown>
  /** Milliseconds after the last change. */
  readonly delay?: number
}

export function createDraftKeeper({ first, save, delay = 400 }: DraftKeeperOptions): DraftKeeper {
  const watchers = new Set<() => void>()
  let state: DraftState = { draft: first, saving: 'saved', error: null, revision: 0 }
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null

  function become(next: Partial<DraftState>): void {
    state = { ...state, ...next }
    for (const watcher of watchers) watcher()
  }

  /** One save at a time; what is typed meanwhile follows. */
  async function saveAll(): Promise<void> {
    while (state.saving !== 'saved') {
      const { draft } = state
      try {
        await save(draft)
      } catch (error) {
        become({ saving: 'failed', error: error as ApiError })
        throw error
      }
      const isLatest = state.draft === draft
      become({ saving: isLatest ? 'saved' : 'pending', error: null, revision: state.revision + 1 })
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    running ??= saveAll().finally(() => (running = null))
    return running
  }

  return {
    state: () => state,
    flush,
    change(update) {
      become({ draft: update(state.draft), saving: 'pending' })
      clearTimeout(timer)
      // A failure is in the state, where the frame shows it.
      timer = setTimeout(() => void flush().catch(() => undefined), delay)
    },
    subscribe(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
}
