import { isDeepStrictEqual } from 'node:util'
import { describeConfig } from './describe.ts'
import type { Config } from './schema.ts'

/** Paths of the keys whose change needs a restart and that differ between two configurations. */
export function restartKeys(running: Config, next: Config): readonly string[] {
  const paths = describeConfig().filter(({ restart, path }) => restart && !path.includes('[]'))
  return paths
    .map(({ path }) => path)
    .filter((path) => !isDeepStrictEqual(valueAt(running, path), valueAt(next, path)))
}

/** `next` with the values of `running` for the keys that need a restart; `next` itself when none of them differs. */
export function withoutRestartKeys(running: Config, next: Config): Config {
  const kept = restartKeys(running, next)
  return kept.reduce((config, path) => withValueAt(config, path.split('.'), valueAt(running, path)), next)
}

function withValueAt<T extends object>(target: T, [key = '', ...rest]: readonly string[], value: unknown): T {
  const { [key]: member, ...others } = target as Record<string, unknown>
  if (rest.length === 0) return (value === undefined ? others : { ...others, [key]: value }) as T
  const inner = typeof member === 'object' && member !== null ? member : {}
  return { ...others, [key]: withValueAt(inner, rest, value) } as T
}

function valueAt(config: Config, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  }, config)
}
