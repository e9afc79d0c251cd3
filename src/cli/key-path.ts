import { parseYaml } from '../config/yaml-source.ts'
import type { KeyPath } from '../config/problems.ts'
import { UsageError } from './usage-error.ts'

const part = /^(?:\.?([\w-]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/

/** `matrix.pins["other.org"]` and `backends[0].id` to their parts: what `formatPath` writes. Throws `UsageError`. */
export function parseKeyPath(text: string): KeyPath {
  const keys: (string | number)[] = []
  for (let rest = text; rest !== '';) {
    const [taken, name, index, quoted] = part.exec(rest) ?? []
    if (taken === undefined || (keys.length === 0 && rest.startsWith('.'))) {
      throw new UsageError(`"${text}" is not a key. Write it like server.listen.port or backends[0].enabled.`)
    }
    keys.push(index !== undefined ? Number(index) : (name ?? (JSON.parse(`"${quoted}"`) as string)))
    rest = rest.slice(taken.length)
  }
  return keys
}

/** A value as it would stand in the file: `8099`, `true`, `[a, b]`, `{file: x}`; anything else is text. */
export function parseValue(text: string): unknown {
  const { problems, values } = parseYaml(`value: ${text}`)
  if (problems.length > 0 || typeof values !== 'object' || values === null) return text
  return 'value' in values ? values.value : text
}
