import type { KeyPath } from '../../config/problems.ts'

export type Severity = 'problem' | 'warning' | 'note'

/** A change of a `homeserver.yaml` that is certain enough to be offered. Paths begin at the top of the merged files. */
export type Edit =
  | { readonly kind: 'set'; readonly path: KeyPath; readonly value: unknown }
  | { readonly kind: 'add'; readonly path: KeyPath; readonly items: readonly string[] }
  | { readonly kind: 'remove'; readonly path: KeyPath }

/** One thing that a check has seen. Never holds a secret of the file. */
export interface Seen {
  /** Stable, kebab-case. */
  readonly code: string
  readonly severity: Severity
  /** The key it is about, whether it stands in the file or not. */
  readonly keys: KeyPath
  /** What the file says, as a sentence. */
  readonly detail: string
  /** What does not work because of it, as a sentence or two. */
  readonly why: string
  /** What to write, as a sentence or lines ready to paste; null for a note that asks for nothing. */
  readonly fix: string | null
  readonly edits?: readonly Edit[]
}

/** The same for whoever reads it: with its place. */
export interface Finding extends Omit<Seen, 'keys' | 'edits'> {
  /** As text: `listeners[0].resources`. */
  readonly path: string
  /** Where the key, or the section around it, stands; null where it does not. Lines count from 1. */
  readonly file: string | null
  readonly line: number | null
}
