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

function valueAt(config: Config, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  }, config)
}
