import type { XrayRow } from '../model.ts'

export const shows = ['all', 'problems', 'conflicts'] as const
export type Show = (typeof shows)[number]

export const isContested = ({ contested, twins }: XrayRow): boolean => contested.length + twins.length > 0

/** Something is left out, or in somebody's way. */
export const isFaulty = (row: XrayRow): boolean => row.rejections.length > 0 || isContested(row)

const tests: Readonly<Record<Show, (row: XrayRow) => boolean>> = {
  all: () => true,
  problems: isFaulty,
  conflicts: isContested,
}

/** The rows to be shown in which every word stands somewhere. */
export function filterRows(rows: readonly XrayRow[], show: Show, search: string): readonly XrayRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    if (!tests[show](row)) return false
    if (words.length === 0) return true
    const text = textOf(row)
    return words.every((word) => text.includes(word))
  })
}

const textOf = ({ raw, mxid, displayName, addresses }: XrayRow): string =>
  [
    ...[mxid, displayName, raw?.user, raw?.displayName],
    ...(raw?.emails ?? []),
    ...(raw?.phones ?? []),
    ...addresses.map(({ address }) => address),
  ]
    .join('\n')
    .toLowerCase()
