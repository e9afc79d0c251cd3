import { AdminError } from '../api/errors.ts'
import { commonPasswords } from './common-passwords.ts'

export const SHORTEST_PASSWORD = 10

/** Why a password is refused: the console has a sentence for each. */
export type PasswordWeakness = 'short' | 'name' | 'common' | 'repeating'

/** Null for a password that may be used. Long enough and hard to guess; no rules about kinds of characters (NIST SP 800-63B, 5.1.1.2). */
export function weaknessOf(password: string, name: string): PasswordWeakness | null {
  const plain = password.normalize('NFKC').toLowerCase()
  if ([...password.normalize('NFKC')].length < SHORTEST_PASSWORD) return 'short'
  if (isMostly(plain, name.normalize('NFKC').trim().toLowerCase())) return 'name'
  if (isMostly(plain, 'signpost') || commonPasswords.some((common) => isMostly(plain, common)))
    return 'common'
  if (new Set(plain).size < 4 || isRow(plain)) return 'repeating'
  return null
}

/** Throws `AdminError` (`weak-password`, with the reason as a parameter). */
export function checkPassword(password: string, name: string): void {
  const reason = weaknessOf(password, name)
  if (reason !== null) throw new AdminError('weak-password', { params: { reason, least: SHORTEST_PASSWORD } })
}

/** The word with little around it: what is left is what an attacker tries first (`Password1234`, `anna2026!!`). */
function isMostly(password: string, word: string): boolean {
  return word.length >= 3 && password.includes(word) && password.replaceAll(word, '').length < 6
}

/** `abcdefghij`, `9876543210`: every step is the same. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)))
  return steps.size === 1
}
