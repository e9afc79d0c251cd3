/** A sentence, or its forms by number (`count`); `{name}` marks where a value goes. */
export type Text = string | PluralText

export interface PluralText {
  readonly zero?: string
  readonly one: string
  readonly other: string
}

export type Texts = Readonly<Record<string, Text>>

/** The same keys in another language; what is counted there is counted here. */
export type Translation<T extends Texts> = {
  readonly [K in keyof T]: T[K] extends string ? string : PluralText
}

type Named<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never
type NamesOf<T> = T extends string ? Named<T> : T extends PluralText ? Named<T['other']> | 'count' : never

/** The values that a text needs: none, or one for each `{name}`. */
export type Values<T> = [NamesOf<T>] extends [never]
  ? []
  : [values: Readonly<Record<NamesOf<T>, string | number>>]

/** Fills the values in; numbers are written as the language does. */
export function formatText(
  text: Text,
  values: Readonly<Record<string, string | number>>,
  language: string,
): string {
  const form = typeof text === 'string' ? text : pluralForm(text, Number(values['count'] ?? 0), language)
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value
  })
}

function pluralForm(text: PluralText, count: number, language: string): string {
  if (count === 0 && text.zero !== undefined) return text.zero
  return new Intl.PluralRules(language).select(count) === 'one' ? text.one : text.other
}
