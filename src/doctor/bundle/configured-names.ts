import type { LoadedConfig } from '../../config/load.ts'
import { commonWords } from './common-words.ts'

export interface ConfiguredNames {
  /** Single words, lower case. */
  readonly words: ReadonlySet<string>
  /** Of several words. */
  readonly names: readonly string[]
}

const SHORTEST = 4

/**
 * Names that stand in the configuration, and may be repeated by messages where nothing in their form says what they are:
 * logins of Signpost at other services, entries of a directory, the sender of mails.
 */
export function configuredNames(loaded: LoadedConfig | null): ConfiguredNames {
  const all = [...namesIn(loaded?.values, '')]
    .map((name) => name.trim())
    .filter((name) => name.length >= SHORTEST && !commonWords.has(name.toLowerCase()))
  const isWord = (name: string) => /^[\w.-]+$/.test(name)
  return {
    words: new Set(all.filter(isWord).map((name) => name.toLowerCase())),
    names: all.filter((name) => !isWord(name)),
  }
}

function* namesIn(value: unknown, field: string): Iterable<string> {
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      yield* namesIn(member, Array.isArray(value) ? field : name)
  } else if (typeof value === 'string') {
    if (/^(user|username|login)$/.test(field)) yield value
    if (field === 'from') yield value.replace(/<.*$/, '').replaceAll('"', '')
    for (const [, name = ''] of value.matchAll(/(?:^|,)\s*(?:cn|uid|ou)=([^,]+)/gi)) yield name
  }
}
