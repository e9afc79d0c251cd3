import { describe } from 'vitest'

/**
 * A suite that needs something a machine may lack. When `unavailable` gives a reason, the suite is skipped and its
 * title carries the reason, which is how it reaches the list at the end of the run (`test-summary.ts`).
 */
export function describeWith(
  need: string,
  unavailable: string | null,
  title: string,
  body: () => void,
): void {
  if (unavailable === null) describe(title, body)
  else describe.skip(`${title} [needs ${need}: ${unavailable}]`, body)
}
