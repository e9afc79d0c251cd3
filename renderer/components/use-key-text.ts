import { useCallback } from 'react'
import { useGlossary } from '../texts/use-text.tsx'
import type { ConfigKey } from './config-key.ts'

/** What a key does, in the language of the console. The keys of a backend are told in English. */
export function useKeyText(): (key: Pick<ConfigKey, 'path' | 'description'>) => string {
  const glossary = useGlossary('settings-keys')
  return useCallback(
    ({ path, description }) => {
      const text = glossary?.[path]
      return typeof text === 'string' ? text : description
    },
    [glossary],
  )
}
