import type { Pseudonyms } from './pseudonyms.ts'

/** What a text is read with when names of people and places are taken out of it. */
export interface Scrubber {
  readonly pseudonyms: Pseudonyms
  /** Words that name somebody although nothing in their form says so (localparts). Lower case. */
  readonly knownWords: ReadonlySet<string>
  /** Names of several words. */
  readonly knownNames: readonly string[]
  /** Dotted words that are no host names: keys of the configuration, names of our own files. */
  readonly ownWords: ReadonlySet<string>
}
