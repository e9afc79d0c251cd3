import { isDeepStrictEqual } from 'node:util'
import type { ConfigChange } from './edit-text.ts'
import { isSecret, type SchemaNode } from './json-schema.ts'

/**
 * The single changes that bring `wanted` (part of a configuration, as the file has it) into `current`. Keys that
 * `wanted` does not name stay. Lists, maps with names of their own (`matrix.pins`) and sections of which there are several
 * kinds (`storage`) change as a whole. `null` in a section takes a key back to its default.
 */
export function changesBetween(
  current: unknown,
  wanted: Readonly<Record<string, unknown>>,
  schema: SchemaNode,
  path: readonly string[] = [],
): readonly ConfigChange[] {
  return Object.entries(wanted).flatMap(([key, value]): readonly ConfigChange[] => {
    const here = [...path, key]
    const before = isRecord(current) ? current[key] : undefined
    const child = schema.properties?.[key]
    if (isRecord(value) && child?.properties !== undefined && !isSecret(child)) {
      return changesBetween(before, value, child, here)
    }
    const after = value ?? undefined
    return isDeepStrictEqual(before, after) ? [] : [{ path: here, value: after }]
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
