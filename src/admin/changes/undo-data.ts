import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { ConfigChange } from '../../config/edit-text.ts'
import { childSchema, type SchemaNode } from '../../config/json-schema.ts'
import type { KeyPath } from '../../config/problems.ts'
import type { Sealer } from '../../config/sealing.ts'

/** One place in the file, as it was and as it became. An absent value: the key was not there. */
const undoStep = z.object({
  path: z.array(z.string()).min(1),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})

export type UndoStep = z.output<typeof undoStep>

const sealedUndo = z.strictObject({ sealed: z.string() })

/** What undoes a change of the settings. Sealed as a whole: a secret may have stood in the file in plain text. */
export type SealedUndo = z.output<typeof sealedUndo>

/**
 * Lists are taken as a whole: their items have no names that last, and a path by their places would lead elsewhere after
 * the next change.
 */
export function undoOf(
  former: unknown,
  after: unknown,
  changes: readonly ConfigChange[],
  sealer: Sealer,
): SealedUndo {
  const paths = Map.groupBy(changes, ({ path }) => JSON.stringify(withoutPlaces(path)))
  const steps = [...paths.keys()].map((key): UndoStep => {
    const path = z.array(z.string()).parse(JSON.parse(key))
    return { path, before: valueAt(former, path), after: valueAt(after, path) }
  })
  return { sealed: sealer.seal(JSON.stringify(steps)) }
}

/** Null for a change that is none of the settings. Throws `UnsealError` where the sealing key is another one. */
export function openUndo(stored: string | null, sealer: Sealer): readonly UndoStep[] | null {
  if (stored === null) return null
  const { sealed } = sealedUndo.parse(JSON.parse(stored))
  return z.array(undoStep).parse(JSON.parse(sealer.unseal(sealed)))
}

/** True when the file still says what the change made of it. */
export function isAsLeft(values: unknown, steps: readonly UndoStep[]): boolean {
  return steps.every(({ path, after }) => isDeepStrictEqual(valueAt(values, path), after))
}

const withoutPlaces = (path: KeyPath): readonly string[] => {
  const end = path.findIndex((key) => typeof key === 'number')
  return path.slice(0, end < 0 ? path.length : end).map(String)
}

export function valueAt(values: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string | number, unknown>>)[key]
      : undefined
  }, values)
}

/** The schema of what stands at a path; `{}` where there is none, which says nothing about secrets and is refused later. */
export function schemaAt(schema: SchemaNode, path: KeyPath, values: unknown): SchemaNode {
  return path.reduce<SchemaNode>((node, key, depth) => {
    return childSchema(node, key, valueAt(values, path.slice(0, depth))) ?? {}
  }, schema)
}
