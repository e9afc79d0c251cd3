import type { AnswerOf } from '../api/client.ts'

/** A key of the configuration as the server describes it. */
export type ConfigKey = AnswerOf<'GET /api/settings'>['keys'][number]

/** How a key is edited. `json`: maps and lists of entries, as they would stand in the file. */
export type ControlKind = 'text' | 'number' | 'switch' | 'choice' | 'choices' | 'list' | 'secret' | 'json'

export function controlOf({ type, hidden, values }: ConfigKey): ControlKind {
  if (type === 'secret' || (hidden && !type.startsWith('map'))) return 'secret'
  if (type === 'true or false') return 'switch'
  if (values !== undefined) return type.startsWith('list') ? 'choices' : 'choice'
  if (type.startsWith('list of entries') || type.startsWith('map')) return 'json'
  if (type.startsWith('list')) return 'list'
  return type.includes('number') ? 'number' : 'text'
}

/** What stands at `lookup.pepper.grace`; undefined where nothing does. */
export function valueAt(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      values,
    )
}

/** Whether a key means something as things are: `when` names the choice it belongs to (`type: smtp`). */
export function appliesTo({ when, path }: ConfigKey, valueOf: (path: string) => unknown): boolean {
  if (when === undefined) return true
  const section = path.split('.').slice(0, -1)
  return when.split(' or ').some((condition) =>
    condition.split('; ').every((part) => {
      const [name = '', words = ''] = part.split(': ')
      return words.split(', ').includes(String(valueOf([...section, name].join('.'))))
    }),
  )
}

/** A value as text, as it would be typed into the file. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
