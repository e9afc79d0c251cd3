import { expansions, foldingRanges } from './case-folding-table.ts'

const ascii = /^[\0-\x7f]*$/

/** Code points whose full case folding is not their lower-case form. */
const exceptions = buildExceptions()

/**
 * Full case folding: the C and F mappings of Unicode's CaseFolding.txt, as the specification asks for e-mail addresses
 * (appendices, "3PID types"). `Strauß` becomes `strauss`; `toLowerCase` would leave the ß. Folds each code point by
 * itself: no final sigma, no locale, no normalisation.
 */
export function caseFold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) folded += exceptions.get(character) ?? character.toLowerCase()
  return folded
}

function buildExceptions(): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const [first, last, offset] of foldingRanges) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      map.set(String.fromCodePoint(codePoint), String.fromCodePoint(codePoint + offset))
    }
  }
  for (const [codePoint, ...folded] of expansions) {
    map.set(String.fromCodePoint(codePoint), String.fromCodePoint(...folded))
  }
  return map
}
