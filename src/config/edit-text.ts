import { isDeepStrictEqual } from 'node:util'
import { isAlias, isMap, isNode, isScalar, stringify, type Document } from 'yaml'
import { OperatorError } from './operator-error.ts'
import { formatPath, type KeyPath } from './problems.ts'
import { parseYaml } from './yaml-source.ts'

export interface ConfigChange {
  readonly path: KeyPath
  /** The value as it stands in the file (durations as text); `undefined` takes the key out, so that it has its default. */
  readonly value: unknown
}

/**
 * The text of a YAML file with one change made. A single value is replaced in its place and nothing else moves; for
 * other changes the file is printed anew, with its comments and order. Broken YAML comes back as it is: there is
 * nothing to hold on to, and checking the result says what is wrong. Throws `OperatorError`.
 */
export function editText(text: string, { path, value }: ConfigChange): string {
  const { document, values, problems } = parseYaml(text)
  if (problems.length > 0) return text
  const place = placeOfScalar(document, path)
  if (value === undefined) removeKey(document, path)
  else setKey(document, path, value)
  const wanted = valuesAfter(document, path)
  if (isDeepStrictEqual(wanted, values)) return text
  if (place !== undefined && isPlain(value)) {
    for (const notation of [place.quote(value), JSON.stringify(value)]) {
      const replaced = text.slice(0, place.start) + notation + text.slice(place.end)
      // Whether a notation fits depends on what is around it (`a, b` in brackets); reading it again tells.
      const again = parseYaml(replaced)
      if (again.problems.length === 0 && isDeepStrictEqual(again.values, wanted)) return replaced
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: !/[[{](?=[^\s\]}])/.test(text) })
}

const isPlain = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function placeOfScalar(document: Document, path: KeyPath) {
  const node = document.getIn(path, true)
  if (!isScalar(node) || !node.range || node.type?.startsWith('BLOCK')) return undefined
  const [start, end] = node.range
  return { start, end, quote: (value: unknown) => inQuotesOf(node.type, value) }
}

/** The value in the quotes that stood there, where they can hold it. */
function inQuotesOf(type: string | undefined, value: unknown): string {
  if (typeof value === 'string' && type === 'QUOTE_DOUBLE') return JSON.stringify(value)
  if (typeof value === 'string' && type === 'QUOTE_SINGLE' && /^[^'\n]*$/.test(value)) return `'${value}'`
  return stringify(value, { lineWidth: 0 }).trimEnd()
}

/** A value with a name (`&a`) cannot go while others refer to it. */
function valuesAfter(document: Document, path: KeyPath): unknown {
  try {
    const values: unknown = document.toJS()
    return values ?? {}
  } catch (cause) {
    throw new OperatorError('config-unwritable', {
      tried: `change ${formatPath(path)}`,
      likelyCause: 'Another key of the file refers to it by a YAML reference (* and &).',
      fix: 'Write the values out in the file, without references.',
      cause,
    })
  }
}

function setKey(document: Document, path: KeyPath, value: unknown): void {
  makeRoom(document, path)
  const existing = document.getIn(path, true)
  // A new node, so that nothing of the former notation (quotes, number format) clings to the value; its comments stay.
  const node = document.createNode(value)
  if (isNode(existing) && !isAlias(existing) && !isAlias(node) && existing.anchor)
    node.anchor = existing.anchor
  if (isScalar(existing) && isScalar(node)) {
    node.comment = existing.comment ?? null
    node.commentBefore = existing.commentBefore ?? null
    if (typeof value === 'string' && existing.type !== undefined) node.type = existing.type
  }
  document.setIn(path, node)
}

/** `setIn` refuses to go through an empty section (`lookup:`), a plain value or a reference: they become sections. */
function makeRoom(document: Document, path: KeyPath): void {
  for (let depth = 0; depth < path.length; depth++) {
    const parent = path.slice(0, depth)
    const node = depth === 0 ? document.contents : document.getIn(parent, true)
    if (!isScalar(node) && !isAlias(node)) continue
    const map = document.createNode(isAlias(node) ? node.toJS(document) : {})
    if (node.commentBefore) map.commentBefore = node.commentBefore
    if (depth === 0) document.contents = map
    else document.setIn(parent, map)
  }
}

/** Takes out a key, and the sections around it that are empty then. */
function removeKey(document: Document, path: KeyPath): void {
  if (!document.hasIn(path)) return
  document.deleteIn(path)
  const parent = path.slice(0, -1)
  const section = document.getIn(parent, true)
  if (parent.length > 0 && isMap(section) && section.items.length === 0) removeKey(document, parent)
}
