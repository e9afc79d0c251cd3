import { createContext, startTransition, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Area, Glossary, TextAreas } from './areas.ts'
import { formatText, type Texts, type Values } from './format-text.ts'
import { createFormats, type Formats } from './formats.ts'
import { regionalTag, storeLanguage, type Language } from './languages.ts'
import type { TextStore } from './text-store.ts'

interface Spoken {
  readonly language: Language
  readonly formats: Formats
  readonly store: TextStore
  readonly setLanguage: (language: Language) => void
}

const SpokenContext = createContext<Spoken | null>(null)

export interface TextProviderProps {
  readonly store: TextStore
  /** Its first areas must be loaded. */
  readonly first: Language
  readonly children: ReactNode
}

/** Holds the language of the console; a change of it loads the tables and then redraws everything at once. */
export function TextProvider({ store, first, children }: TextProviderProps) {
  const [language, setLanguage] = useState(first)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const spoken = useMemo(
    () => ({
      language,
      formats: createFormats(regionalTag(language, navigator.languages)),
      store,
      setLanguage: (next: Language) => {
        storeLanguage(localStorage, next)
        void store.loadFirst(next).then(() => startTransition(() => setLanguage(next)))
      },
    }),
    [language, store],
  )
  return <SpokenContext value={spoken}>{children}</SpokenContext>
}

function useSpoken(): Spoken {
  const spoken = use(SpokenContext)
  if (spoken === null) throw new Error('there is no TextProvider around this')
  return spoken
}

export type TextKey<A extends Area> = keyof TextAreas[A] & string

/** Keys of the texts that need no values: what tables of labels may name. */
export type PlainKey<A extends Area> = {
  [K in TextKey<A>]: Values<TextAreas[A][K]> extends [] ? K : never
}[TextKey<A>]

export type Translate<A extends Area> = <K extends TextKey<A>>(
  key: K,
  ...values: Values<TextAreas[A][K]>
) => string

/** The texts of one area in the chosen language: `t('key')`, `t('key', { name, count })`. */
export function useText<A extends Area>(area: A): Translate<A> {
  const { language, store } = useSpoken()
  const table = use(store.load(language, area))
  return useMemo(
    () =>
      (key, ...[values]) => {
        const text = table[key]
        return text === undefined ? key : formatText(text, values ?? {}, language)
      },
    [table, language],
  )
}

/** What the server says in English, in the chosen language, by its codes; null in English. Loaded when it is needed. */
export function useGlossary(name: Glossary): Texts | null {
  const { language, store } = useSpoken()
  if (language === 'en') return null
  return use(store.load(language, name))
}

/** Numbers, times and sizes as the chosen language writes them. */
export function useFormats(): Formats {
  return useSpoken().formats
}

export function useLanguage(): readonly [Language, (language: Language) => void] {
  const { language, setLanguage } = useSpoken()
  return [language, setLanguage]
}
