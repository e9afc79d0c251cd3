export const foldingRanges: readonly (readonly [first: number, last: number, offset: number])[] = []
export const expansions: Readonly<Record<string, string>> = { ß: 'ss' }
