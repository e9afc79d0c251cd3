/** A check cannot look: something that it builds on is missing, which another check reports. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible'
}

/** A question got no answer in time, so that nobody knows what it would have told. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
}

/** Something that several checks need and that is found out once. */
export interface Fact<T> {
  /** What was found, for the check that reports on it. Rejects with the reason, or with `NotPossible`. */
  look(): Promise<T>
  /** For the checks that build on it. Rejects with `NotPossible`, which names what is missing. */
  need(): Promise<T>
  /** What was asked for so far; null when nobody has asked. */
  seen(): Promise<T> | null
}

/** `name` completes the sentence "This needs ...". */
export function fact<T>(name: string, find: () => Promise<T>): Fact<T> {
  let found: Promise<T> | null = null
  const look = () => {
    if (found === null) {
      found = find()
      // Whoever asked may have given up waiting.
      found.catch(() => {})
    }
    return found
  }
  return {
    look,
    seen: () => found,
    async need() {
      try {
        return await look()
      } catch (error) {
        if (error instanceof NotPossible) throw error
        throw new NotPossible(`This needs ${name}.`, { cause: error })
      }
    },
  }
}
