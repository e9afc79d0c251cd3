import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { asking } from './context.ts'

/** All steps of a backend's check. */
export async function stepsOf(backend: Backend): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of backend.check(asking())) steps.push(step)
  return steps
}

/** `['settings ok', 'login failed']`. */
export const outcomesOf = (steps: readonly CheckStep[]) =>
  steps.map(({ step, outcome }) => `${step} ${outcome}`)
