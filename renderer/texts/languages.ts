export const languages = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof languages

const storedUnder = 'signpost-language'

const isLanguage = (value: string): value is Language => value in languages

/** The stored choice, else the first language of the browser that there is a translation for, else English. */
export function preferredLanguage(storage: Pick<Storage, 'getItem'>, wanted: readonly string[]): Language {
  const stored = storage.getItem(storedUnder)
  if (stored !== null && isLanguage(stored)) return stored
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}

export function storeLanguage(storage: Pick<Storage, 'setItem'>, language: Language): void {
  storage.setItem(storedUnder, language)
}

/** The language as the region of the browser writes it (`en-GB`): the order of dates, the marks in numbers. */
export function regionalTag(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? language
}
