import { RE2JS } from 're2js'
import { z } from 'zod'

/** A regular expression that has been read. */
export interface Pattern {
  /** What the groups of a full match hold, the whole text first; null when the text does not match as a whole. */
  match(text: string): readonly string[] | null
}

/** Beyond it a text is no name or address of anybody, and matches nothing. */
export const MAX_MATCHED_CHARACTERS = 512
const MAX_PATTERN_CHARACTERS = 1_000

/**
 * Reads a regular expression in the syntax of RE2, which runs in time linear in the text: what strangers type is matched
 * with it, and JavaScript's own engine can be kept busy for years by a text that a pattern was not made for
 * (https://github.com/google/re2/wiki/Syntax; no look-around, no back references). Throws for any other text.
 */
export function createPattern(source: string): Pattern {
  const compiled = RE2JS.compile(source)
  return {
    match(text) {
      if (text.length > MAX_MATCHED_CHARACTERS) return null
      const matcher = compiled.matcher(text)
      if (!matcher.matches()) return null
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '')
    },
  }
}

/** A key that holds a regular expression. It stays text, for the file and the settings page. */
export const pattern = () =>
  z
    .string()
    .min(1)
    .max(MAX_PATTERN_CHARACTERS)
    .refine(isPattern, 'Write a regular expression of RE2: without look-around and back references.')

function isPattern(source: string): boolean {
  try {
    createPattern(source)
    return true
  } catch {
    return false
  }
}
