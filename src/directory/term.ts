import { cutWord, foldText, wordsOf } from '../backends/search-words.ts'
import { parseUserId } from '../matrix/identifiers.ts'

/** What somebody typed, as the index has it. */
export interface SearchTerm {
  /** As typed, without a leading @. */
  readonly text: string
  /** Folded words; all of them have to be found. */
  readonly words: readonly string[]
  /** The words as a name. */
  readonly typed: string
  /** What could be a whole Matrix ID, e-mail address or phone number, or its beginning; null when it is no more than a word. */
  readonly whole: string | null
}

const MAX_WORDS = 8
/** Digits as people group them, international or not. */
const phonePattern = /^\+?[\d\s()/.-]{4,}$/

/** Null: there is nothing to look for. */
export function readTerm(typed: string): SearchTerm | null {
  const text = typed.trim().replace(/^@/, '')
  const words = wordsOf(text).slice(0, MAX_WORDS)
  if (words.length === 0) return null
  const whole = wholeOf(text)
  return {
    text,
    words: [...new Set(words)],
    typed: cutWord(words.join(' ')),
    whole: words.length === 1 && whole === words[0] ? null : whole,
  }
}

function wholeOf(text: string): string | null {
  if (phonePattern.test(text)) return text.replace(/^00/, '').replaceAll(/\D/g, '')
  if (/\s/.test(text)) return null
  return cutWord(foldText(parseUserId(`@${text}`)?.localpart ?? text))
}

/** An e-mail address or a phone number, and not only the beginning of a name. */
export const isWholeAddress = (word: string) => word.includes('@') || /^\d{7,}$/.test(word)
