import type { AnswerOf } from '../api/client.ts'
import { useGlossary } from '../texts/use-text.tsx'

export type Finding = AnswerOf<'POST /api/doctor'>['findings'][number]

/** A sentence; in English although the console may speak another language. */
export interface Words {
  readonly text: string
  readonly isEnglish: boolean
}

/**
 * Title, cause and fix of a finding in the language of the console, where they are those of every such fault. What was
 * seen in this one stays as the server says it.
 */
export function useFindingWords() {
  const glossary = useGlossary('doctor-codes')
  const say = (key: string, english: string): Words => {
    const text = glossary?.[key]
    return typeof text === 'string' ? { text, isEnglish: false } : { text: english, isEnglish: true }
  }
  return ({ code, check, title, cause, fix, isUsual }: Finding) => {
    const words = (name: 'cause' | 'fix', english: string | null) => {
      if (english === null) return null
      return isUsual[name] ? say(`${name}.${code}`, english) : { text: english, isEnglish: true }
    }
    return {
      title: say(`title.${check}`, capital(title)),
      cause: words('cause', cause),
      fix: words('fix', fix),
    }
  }
}

/** English titles are phrases that can stand in a list. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
