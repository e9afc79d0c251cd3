import { useState } from 'react'
import type { ApiError } from '../../api/api-error.ts'
import { useChange } from '../../api/hooks.ts'
import type { Finding } from '../../components/finding-list.tsx'
import { features, type FeatureId } from '../../components/integration-features.ts'

/** The doctor gives up after nine seconds by itself. */
const PATIENCE_MS = 30_000

interface Seen {
  readonly findings: readonly Finding[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface Checks {
  /** What the doctor said of a feature since this page was opened; null: it was not asked. */
  readonly of: (id: FeatureId) => Seen | null
  readonly run: (ids: readonly FeatureId[]) => void
  /** What was seen counts no more. */
  readonly forget: (id: FeatureId) => void
  readonly isRunning: boolean
  readonly error: ApiError | null
}

/** The checks of features, remembered from one page of the integrations to the next. */
export function useChecks(): Checks {
  const [seen, setSeen] = useState<ReadonlyMap<FeatureId, Seen>>(new Map())
  const look = useChange('POST /api/doctor', { timeoutMs: PATIENCE_MS, invalidates: [] })
  return {
    of: (id) => seen.get(id) ?? null,
    run(ids) {
      const checks = [...new Set(ids.flatMap((id) => features[id].checks))]
      if (checks.length === 0) return
      look.mutate(
        { body: { checks } },
        {
          onSuccess: (answer) =>
            setSeen((former) => new Map([...former, ...ids.map((id) => [id, answer] as const)])),
        },
      )
    },
    forget: (id) => setSeen((former) => new Map([...former].filter(([one]) => one !== id))),
    isRunning: look.isPending,
    error: look.error,
  }
}
