import { propertiesOf, variants, type SchemaNode } from './json-schema.ts'
import { formatPath, type KeyPath } from './problems.ts'

/** The candidate nearest to a mistyped word, or `undefined` when none is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(bare(word), bare(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** `public_url`, `public-url` and `publicURL` are near to `publicUrl`. */
const bare = (word: string) => word.toLowerCase().replace(/[-_]/g, '')

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours count one each. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** Paths of all keys of this name anywhere in the schema: where a misplaced key belongs. */
export function findKey(schema: SchemaNode, name: string): readonly string[] {
  const found = new Set<string>()
  collect(schema, [])
  return [...found]

  function collect(node: SchemaNode, keys: KeyPath): void {
    for (const variant of variants(node)) {
      for (const [key, child] of Object.entries(propertiesOf(variant))) {
        if (key === name) found.add(formatPath([...keys, key]))
        collect(child, [...keys, key])
      }
    }
  }
}
