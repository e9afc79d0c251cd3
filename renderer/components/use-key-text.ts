import type { ConfigKey } from './config-key.ts'

/** What a key does, in the language of the console. */
export function useKeyText(): (key: ConfigKey) => string {
  return ({ description }) => description
}
