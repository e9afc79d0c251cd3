import { caseFold } from '../matrix/case-folding.ts'
import { nationalDigits } from '../matrix/phone.ts'
import type { Person } from './person.ts'

/** What a word was found in: `n` name or Matrix ID, `t` address (3PID). Names come first in the order of the index. */
export type WordKind = 'n' | 't'

export interface SearchWord {
  readonly kind: WordKind
  readonly word: string
}

/** Longer ones are cut: nobody types more of a name, and an index page stays full of entries. */
const MAX_WORD_CHARACTERS = 64
const MAX_WORDS = 40

/** Letters that a decomposition leaves whole. The first form is the one that people without the letter write. */
const latin: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
}

/** Without case, accents and width: `Zoë Łuczak` and `ZOE LUCZAK` are the same. */
export function foldText(text: string): string {
  return caseFold(text.normalize('NFKD').replaceAll(/\p{M}+/gu, '')).replaceAll(
    /[øđðħıłŧþæœ]/g,
    (letter) => latin[letter] ?? letter,
  )
}

/** The words of a name or a search term, folded: runs of letters and digits, in order. */
export function wordsOf(text: string): readonly string[] {
  return [...(foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [])].map(cut)
}

/** Under which words a person is found: parts of the name and of the user name, and whole addresses with their parts. */
export function searchWordsOf({ mxid, displayName, addresses, others = [] }: Person): readonly SearchWord[] {
  const localpart = mxid.slice(1, mxid.indexOf(':'))
  const name = wordsOf(displayName ?? '')
  const own = [...name, ...wholeNames(name), ...wordsOf(localpart), cut(foldText(localpart)), ...others]
  const words: SearchWord[] = own.filter((word) => word !== '').map((word) => ({ kind: 'n', word }))
  for (const { medium, address } of addresses) {
    const parts =
      medium === 'email'
        ? [cut(foldText(address)), ...wordsOf(address.slice(0, address.lastIndexOf('@')))]
        : [address, nationalDigits(address) ?? address]
    words.push(...parts.map((word) => ({ kind: 't', word }) as const))
  }
  const different = new Map(words.map((entry) => [`${entry.kind}${entry.word}`, entry]))
  return [...different.values()].slice(0, MAX_WORDS)
}

/** Whole names in both orders, so that "Anna Mei" leads straight to its people, of whom there are few among all Annas. */
function wholeNames(name: readonly string[]): readonly string[] {
  const last = name.at(-1)
  return last === undefined || name.length < 2
    ? []
    : [cut(name.join(' ')), cut([last, ...name.slice(0, -1)].join(' '))]
}

function cut(word: string): string {
  return [...word].slice(0, MAX_WORD_CHARACTERS).join('')
}
