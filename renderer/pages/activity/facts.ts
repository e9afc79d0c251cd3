import type { KeyValue } from '../../components/key-values.tsx'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'
import { useActivityWords } from './words.ts'

/** Names of what the server tells along with an event; what has no name here is not shown. */
const names = {
  by: 'by',
  mxid: 'person',
  source: 'source',
  code: 'errorCode',
  reason: 'reason',
  attempt: 'attempt',
  next: 'nextAttempt',
  message: 'message',
  wrong: 'wrongCodes',
  asked: 'asked',
  found: 'found',
  algorithm: 'algorithm',
  people: 'people',
  added: 'added',
  changed: 'changed',
  removed: 'removed',
  conflicts: 'conflicts',
  status: 'status',
  because: 'because',
  rows: 'rows',
} as const satisfies Record<string, PlainKey<'activity'>>

/** Why an address could be registered, by the word of the server. */
const reasons: Readonly<Record<string, PlainKey<'activity'>>> = {
  invited: 'becauseInvited',
  allowed: 'becauseAllowed',
  member: 'becauseMember',
  others: 'becauseOthers',
}

const isNamed = (name: string): name is keyof typeof names => name in names

/** The parameters of an event as named values. */
export function useFacts(): (params: Readonly<Record<string, string | number>>) => readonly KeyValue[] {
  const t = useText('activity')
  const formats = useFormats()
  const words = useActivityWords()
  return (params) =>
    Object.entries(params).flatMap(([name, value]) => {
      // Nothing wrong is nothing to tell.
      if (!isNamed(name) || (name === 'wrong' && value === 0)) return []
      return [{ name: t(names[name]), value: written(name, value) }]
    })

  function written(name: string, value: string | number): string {
    if (name === 'source') return words.source(String(value))
    const reason = name === 'because' ? reasons[value] : undefined
    if (reason !== undefined) return t(reason)
    if (typeof value === 'string') return value
    return name === 'next' ? formats.dateTime(value) : formats.number(value)
  }
}
