import { isMap, isScalar } from 'yaml'
import type { KeyPath } from '../problems.ts'
import { parseYaml } from '../yaml-source.ts'

/**
 * Gives a key another name, in its place and with its comments. The same text comes back when the key is not there, when
 * the new name is taken, or when the file is broken.
 */
export function renameKey(text: string, path: KeyPath, name: string): string {
  const { document, problems } = parseYaml(text)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (problems.length > 0 || !isMap(parent) || parent.has(name)) return text
  const key = parent.items
    .map((pair) => pair.key)
    .find((each) => isScalar(each) && each.value === path.at(-1))
  if (!isScalar(key) || !key.range) return text
  const [start, end] = key.range
  return text.slice(0, start) + name + text.slice(end)
}
