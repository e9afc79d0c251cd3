import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { kindTexts, outcomeTexts } from '../words.ts'

/** What the route takes as filters; they stand under the same names in the address of the page. */
export const filterNames = [
  'q',
  'kind',
  'outcome',
  'user',
  'server',
  'source',
  'code',
  'subject',
  'request',
  'from',
  'to',
] as const
export type FilterName = (typeof filterNames)[number]
export type Filters = Partial<Record<FilterName, string>>

const isTime = (text: string) => /^\d{1,15}$/.test(text)
const listed = (text: string, known: readonly string[]) =>
  text
    .split(',')
    .filter((part) => known.includes(part))
    .join(',')

/** The filters of an address, without what the server would refuse: somebody may have typed it. */
export function readFilters(query: URLSearchParams): Filters {
  const clean: Partial<Record<FilterName, (text: string) => string>> = {
    kind: (text) => listed(text, Object.keys(kindTexts)),
    outcome: (text) => listed(text, Object.keys(outcomeTexts)),
    from: (text) => (isTime(text) ? text : ''),
    to: (text) => (isTime(text) ? text : ''),
  }
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const given = (query.get(name) ?? '').trim().slice(0, 300)
      const value = clean[name]?.(given) ?? given
      return value === '' ? [] : [[name, value]]
    }),
  )
}

/** The filters in the address of the page, and a way to change some of them; an empty text removes one. */
export function useFilters() {
  const [query, setQuery] = useSearchParams()
  // The same object as long as they are the same filters: other parts of the address change without a new read.
  const text = JSON.stringify(readFilters(query))
  const filters = useMemo(() => JSON.parse(text) as Filters, [text])
  const change = useCallback(
    (changes: Filters) =>
      setQuery((former) => {
        const next = { ...readFilters(former), ...changes }
        return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ''))
      }),
    [setQuery],
  )
  const clear = useCallback(() => setQuery({}), [setQuery])
  return { filters, change, clear }
}
