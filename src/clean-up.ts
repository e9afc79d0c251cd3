/** What has to be let go of at the end, or when a start fails half-way. */
export interface CleanUp {
  add(step: () => Promise<unknown>): void
  /**
   * Takes the steps, the last one added first: what came later may need what was there before. A step that fails keeps
   * none of the others from their turn; its error is thrown at the end. A second call waits for the first.
   */
  run(): Promise<void>
}

export function createCleanUp(): CleanUp {
  const steps: (() => Promise<unknown>)[] = []
  let running: Promise<void> | null = null

  async function runAll(): Promise<void> {
    const errors: unknown[] = []
    for (const step of steps.toReversed()) await step().catch((error: unknown) => errors.push(error))
    if (errors.length > 0) throw errors[0]
  }

  return {
    add: (step) => void steps.push(step),
    run: () => (running ??= runAll()),
  }
}
