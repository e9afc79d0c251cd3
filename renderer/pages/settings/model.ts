import type { AnswerOf } from '../../api/client.ts'
import type { ConfigKey } from '../../components/config-key.ts'

export type Settings = AnswerOf<'GET /api/settings'>

export interface KeyGroup<K = ConfigKey> {
  /** First part of the paths: `lookup`. */
  readonly name: string
  readonly keys: readonly K[]
}

/** Keys by section. Those of the entries of lists are edited with their list, and backends have a page of their own. */
export function groupKeys<K extends Pick<ConfigKey, 'path'>>(keys: readonly K[]): readonly KeyGroup<K>[] {
  const own = keys.filter(({ path }) => !path.includes('[]') && path !== 'backends')
  const groups = Map.groupBy(own, ({ path }) => path.split('.')[0] ?? path)
  return [...groups].map(([name, members]) => ({ name, keys: members }))
}

/** Whether all words stand in the path or in one of the texts. */
export function matches(search: string, ...texts: readonly string[]): boolean {
  const whole = texts.join(' ').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word))
}
