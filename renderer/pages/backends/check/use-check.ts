import { useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { useChange } from '../../../api/hooks.ts'
import { useEvent } from '../../../api/use-events.ts'
import { LONG_MS, type CheckStep, type Section } from '../model.ts'

export interface Check {
  /** As they come; in the end with the people of the sample. */
  readonly steps: readonly CheckStep[]
  readonly isRunning: boolean
  readonly error: ApiError | null
  readonly run: (section: Section) => void
}

/** A check whose steps appear as soon as they are done. */
export function useCheck(): Check {
  const [run, setRun] = useState('')
  const [steps, setSteps] = useState<readonly CheckStep[]>([])
  const check = useChange('POST /api/backends/check', { timeoutMs: LONG_MS, invalidates: [] })
  useEvent('check-step', ({ run: other, step }) => {
    if (other === run) setSteps((former) => [...former.filter((one) => one.step !== step.step), step])
  })
  return {
    steps: check.data?.steps ?? steps,
    isRunning: check.isPending,
    error: check.error,
    run(section) {
      // Not `crypto.randomUUID`, which pages without HTTPS do not have.
      const name = `check-${Date.now()}-${Math.random().toString(36).slice(2)}`
      setRun(name)
      setSteps([])
      check.mutate({ body: { section, run: name } })
    },
  }
}
