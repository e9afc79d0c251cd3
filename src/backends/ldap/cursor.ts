import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { LdapConfig } from './config.ts'
import { presetOf } from './presets.ts'

const cursorSchema = z.object({
  settings: z.string(),
  source: z.string(),
  position: z.string().regex(/^\d+Z?$/),
})

/** Where a listing ended: under which settings, on which server, at which change. */
export type Cursor = z.output<typeof cursorSchema>

export const writeCursor = (cursor: Cursor): string => JSON.stringify(cursor)

/** Null for what no version of ours can have written. */
export function readCursor(text: string): Cursor | null {
  try {
    return cursorSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Changes with everything that decides what is read of an unchanged directory, so that it is read as a whole then. */
export function settingsMark(config: LdapConfig, domain: string): string {
  const {
    bases,
    preset,
    filter,
    filters,
    includeDisabled,
    attributes,
    userType,
    unsuitable,
    defaultCountry,
  } = config
  const parts = [
    ...[domain, bases, presetOf(preset), filter, filters.lookup, includeDisabled],
    ...[attributes, userType, unsuitable, defaultCountry],
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}
