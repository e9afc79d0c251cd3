/** Whoever needs the password once more waits here until the dialog is done with. */
export interface Confirmation {
  /** Opens the dialog; callers at the same time share it. */
  ask(): Promise<boolean>
  /** Ends the wait of all. */
  settle(confirmed: boolean): void
  readonly isOpen: () => boolean
  /** For React's `useSyncExternalStore`. */
  readonly subscribe: (changed: () => void) => () => void
}

export function createConfirmation(): Confirmation {
  let waiting: PromiseWithResolvers<boolean> | null = null
  const listeners = new Set<() => void>()
  const tell = () => listeners.forEach((listener) => listener())
  return {
    ask() {
      if (waiting === null) {
        waiting = Promise.withResolvers<boolean>()
        tell()
      }
      return waiting.promise
    },
    settle(confirmed) {
      waiting?.resolve(confirmed)
      waiting = null
      tell()
    },
    isOpen: () => waiting !== null,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}
