import { caseFold } from '../matrix/case-folding.ts'
import { nationalDigits } from '../matrix/phone.ts'
import type { Person } from './person.ts'

/**
 * What a word of the index is: `f` a full name, `r` one with the last word first, `l` a whole user name, `n` a word of one
 * of the two, `o` a word of what else a search looks into, `t` an address (3PID) or a part of one.
 */
export type WordKind = 'f' | 'r' | 'l' | 'n' | 'o' | 't'

export interface SearchWord {
  readonly kind: WordKind
  readonly word: string
}

/** Longer ones are cut: nobody types more of a name, and an index page stays full of entries. */
const MAX_WORD_CHARACTERS = 64
const MAX_WORDS = 40
/** Enough for nearly everybody; an entry of the index has its limits. */
export const MAX_SORT_CHARACTERS = 200

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
  return [...(foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [])].map(cutWord)
}

/** As long as a word of the index can be. */
export function cutWord(word: string): string {
  // Two units of UTF-16 are one character at most.
  return word.length <= MAX_WORD_CHARACTERS ? word : [...word].slice(0, MAX_WORD_CHARACTERS).join('')
}

export interface Named {
  readonly mxid: string
  readonly displayName: string | null
}

/**
 * A list of people is sorted by this: by the name, then by the user name. It has all words of the two, unless it is as
 * long as it can be.
 */
export function sortNameOf({ mxid, displayName }: Named): string {
  const name = wordsOf(displayName ?? '').join(' ')
  const login = wordsOf(localpartOf(mxid)).join(' ')
  // Before every letter, and before the space: somebody called Anna comes before Anna Abel.
  return [...`${name === '' ? login : name}\u0001${login}`].slice(0, MAX_SORT_CHARACTERS).join('')
}

/** The words that everybody knows of a person who sees them: of the name and the user name. */
export function ownWordsOf({ mxid, displayName }: Named): readonly SearchWord[] {
  const localpart = localpartOf(mxid)
  const name = wordsOf(displayName ?? '')
  return different([
    { kind: 'f', word: cutWord(name.join(' ')) },
    { kind: 'r', word: name.length < 2 ? '' : cutWord([...name.slice(-1), ...name.slice(0, -1)].join(' ')) },
    { kind: 'l', word: wholeWord(localpart) },
    ...[...name, ...wordsOf(localpart)].map((word) => ({ kind: 'n', word }) as const),
  ])
}

/** Under which words a person is found: their own, further ones, and whole addresses with their parts. */
export function searchWordsOf(person: Person): readonly SearchWord[] {
  const { addresses, others = [] } = person
  const parts = addresses.flatMap(({ medium, address }) =>
    medium === 'email'
      ? [wholeWord(address), ...wordsOf(address.slice(0, address.lastIndexOf('@')))]
      : [address, nationalDigits(address) ?? address],
  )
  return different([
    ...ownWordsOf(person),
    ...others.map((word) => ({ kind: 'o', word }) as const),
    ...parts.map((word) => ({ kind: 't', word }) as const),
  ]).slice(0, MAX_WORDS)
}

const localpartOf = (mxid: string) => mxid.slice(1, mxid.indexOf(':'))

const wholeWord = (text: string) => cutWord(foldText(text).replaceAll('\n', ' '))

function different(words: readonly SearchWord[]): readonly SearchWord[] {
  return [
    ...new Map(words.filter(({ word }) => word !== '').map((each) => [each.kind + each.word, each])).values(),
  ]
}

/** All words of a person as one text, a line each: `\nnanna` is in it when a word of the name begins with `anna`. */
export function writeWords(words: readonly SearchWord[]): string {
  return `\n${words.map(({ kind, word }) => `${kind}${word}\n`).join('')}`
}

export function readWords(text: string): readonly SearchWord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ kind: line.charAt(0) as WordKind, word: line.slice(1) }))
}
