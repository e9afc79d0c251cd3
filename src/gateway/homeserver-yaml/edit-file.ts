import { isDeepStrictEqual } from 'node:util'
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  stringify,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { KeyPath } from '../../config/problems.ts'
import type { Edit } from './finding.ts'
import { parseAsSynapse, plainValues } from './source.ts'

/**
 * The text of a file with one change made and everything else, comments included, as it was. A text edit that does not
 * read back as meant gives way to the parser's own rendering of the whole file. Null where neither is possible.
 */
export function editFile(text: string, asked: Edit): string | null {
  const document = parseAsSynapse(text)
  if (document.errors.length > 0) return null
  const edit = asked.kind === 'remove' ? { ...asked, path: widest(document, asked.path) } : asked
  const before = plainValues(document)
  if (!isPossible(document, edit)) return null
  const candidate = editText(text, document, edit)
  if (edit.kind !== 'remove' && !makeRoom(document, edit.path)) return null
  applyTo(document, edit)
  const wanted = plainValues(document)
  if (wanted === null || isDeepStrictEqual(before, wanted)) return null
  if (candidate !== null && reads(candidate, wanted)) return candidate
  const printed = document.toString({ lineWidth: 0 })
  return reads(printed, wanted) ? printed : null
}

/** What is there and of another kind than the change expects is the operator's to look at. */
function isPossible(document: Document, { kind, path }: Edit): boolean {
  const node: unknown = document.getIn(path, true)
  if (kind === 'remove') return document.hasIn(path)
  if (node === undefined || isEmpty(node)) return true
  return kind === 'set' ? isScalar(node) : isSeq(node)
}

/**
 * Sections on the way that are missing or empty (`email:`) become maps; false where a plain value or a reference is in
 * the way. (Left to itself, the parser makes ordered maps of YAML 1.1 there.)
 */
function makeRoom(document: Document, path: KeyPath): boolean {
  document.contents ??= document.createNode({})
  if (!isMap(document.contents)) return false
  for (let depth = 1; depth < path.length; depth++) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (node === undefined || isEmpty(node)) document.setIn(path.slice(0, depth), document.createNode({}))
    else if (typeof path[depth] === 'number' ? !isSeq(node) : !isMap(node)) return false
  }
  return true
}

/** A section that would be empty goes as well. */
function widest(document: Document, path: KeyPath): KeyPath {
  const parent: unknown = document.getIn(path.slice(0, -1), true)
  const isLast = path.length > 1 && isMap(parent) && parent.items.length === 1 && document.hasIn(path)
  return isLast ? widest(document, path.slice(0, -1)) : path
}

function reads(text: string, wanted: unknown): boolean {
  const again = parseAsSynapse(text)
  return again.errors.length === 0 && isDeepStrictEqual(plainValues(again), wanted)
}

function applyTo(document: Document, edit: Edit): void {
  const { path } = edit
  if (edit.kind === 'remove') document.deleteIn(path)
  else if (edit.kind === 'set') document.setIn(path, document.createNode(edit.value))
  else {
    const present: unknown = document.getIn(path)
    const values = isSeq(present) ? (present.toJS(document) as unknown[]) : []
    const missing = edit.items.filter((item) => !values.includes(item))
    if (isSeq(present)) for (const item of missing) present.add(document.createNode(item))
    else document.setIn(path, document.createNode(missing))
  }
}

function editText(text: string, document: Document, edit: Edit): string | null {
  const node: unknown = document.getIn(edit.path, true)
  switch (edit.kind) {
    case 'remove':
      return removePair(text, document, edit.path)
    case 'set':
      return isScalar(node)
        ? replaceScalar(text, node, inline(edit.value))
        : insertKey(text, document, edit.path, edit.value)
    case 'add': {
      if (isScalar(node)) return replaceScalar(text, node, inline(edit.items))
      if (!isSeq(node)) return insertKey(text, document, edit.path, edit.items)
      const present = node.toJS(document) as unknown[]
      return addItems(
        text,
        node,
        edit.items.filter((item) => !present.includes(item)),
      )
    }
  }
}

/** An empty value (`key:`) begins right behind the colon. */
function replaceScalar(text: string, { range }: Scalar, value: string): string | null {
  if (!range) return null
  const [start, end] = range
  return splice(text, start, end, start === end ? ` ${value}` : value)
}

const splice = (text: string, start: number, end: number, insert: string) =>
  text.slice(0, start) + insert + text.slice(end)

/** On one line, as people write it: `1`, `{ per_second: 1 }`, `['10.0.0.5']`. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inBrackets).join(', ')}]`
  if (typeof value !== 'object' || value === null) {
    return stringify(value, { lineWidth: 0, version: '1.1' }).trimEnd()
  }
  const members = Object.entries(value).map(([key, member]) => `${key}: ${inBrackets(member)}`)
  return `{ ${members.join(', ')} }`
}

/** Within brackets, older parsers stumble over a colon even in a URL. */
function inBrackets(value: unknown): string {
  if (typeof value !== 'string') return inline(value)
  return /^[a-z][a-z_-]+$/.test(value) && !/^(yes|no|on|off|true|false|null)$/.test(value)
    ? value
    : quoted(value)
}

const quoted = (item: string) => `'${item.replaceAll("'", "''")}'`

function addItems(text: string, list: YAMLSeq, items: readonly string[]): string | null {
  const last = list.items.at(-1)
  if (!isNode(last) || !last.range || !list.range) {
    return list.range ? splice(text, list.range[0], list.range[1], inline(items)) : null
  }
  if (list.flow === true) {
    return splice(text, last.range[1], last.range[1], items.map((item) => `, ${inBrackets(item)}`).join(''))
  }
  const indent = ' '.repeat(columnOf(text, list.range[0]))
  const at = endOfLine(text, last.range[1])
  return insertLines(
    text,
    at,
    items.map((item) => `${indent}- ${inBrackets(item)}`),
  )
}

/** A key that is not there yet: within its section, else at the end of the file or below its commented-out example. */
function insertKey(text: string, document: Document, path: KeyPath, value: unknown): string | null {
  const [key, ...rest] = path.toReversed()
  const parentPath = rest.toReversed()
  if (typeof key !== 'string') return null
  const parent: unknown = parentPath.length === 0 ? document.contents : document.getIn(parentPath, true)
  const line = `${key}: ${inline(value)}`
  if (parentPath.length === 0) return insertTopLevel(text, key, line)
  if (!isMap(parent)) {
    const [top, second] = parentPath
    return typeof top === 'string' && second === undefined && (parent === undefined || isEmpty(parent))
      ? insertSection(text, document, top, line)
      : null
  }
  return insertInMap(text, parent, line)
}

const isEmpty = (node: unknown) => isScalar(node) && node.value === null

function insertInMap(text: string, map: YAMLMap, line: string): string | null {
  const first = map.items[0]
  if (!map.range || first === undefined || !isNode(first.key) || !first.key.range) return null
  if (map.flow === true) return splice(text, first.key.range[0], first.key.range[0], `${line}, `)
  const start = first.key.range[0]
  const indent = ' '.repeat(columnOf(text, start))
  // Before the first key, so that no block of text at the end of the section swallows it.
  return splice(text, start, start, `${line}\n${indent}`)
}

function insertSection(text: string, document: Document, key: string, line: string): string | null {
  const pair = pairOf(document, [key])
  if (pair === null) return insertTopLevel(text, key, `${key}:\n  ${line}`)
  if (!isNode(pair.key) || !pair.key.range) return null
  return insertLines(text, endOfLine(text, pair.key.range[1]), [`  ${line}`])
}

function insertTopLevel(text: string, key: string, lines: string): string {
  // With the comment lines that follow: the example may have several.
  const example = new RegExp(`^#\\s?${key.replaceAll(/\W/g, '\\$&')}:.*(?:\n#.*)*`, 'm').exec(text)
  if (example !== null) return insertLines(text, example.index + example[0].length, [lines])
  const body = text.replace(/\s+$/, '')
  return body === '' ? `${lines}\n` : `${body}\n\n${lines}\n`
}

function removePair(text: string, document: Document, path: KeyPath): string | null {
  const pair = pairOf(document, path)
  if (pair === null || !isNode(pair.key) || !pair.key.range) return null
  const value = isNode(pair.value) ? (pair.value as Node) : null
  const end = value?.range?.[1] ?? endOfLine(text, pair.key.range[1])
  const start = pair.key.range[0] - columnOf(text, pair.key.range[0])
  // A line that holds more than the pair is left to the parser.
  if (text.slice(start, pair.key.range[0]).trim() !== '') return null
  const lineEnd = endOfLine(text, Math.max(start, end - 1))
  return text.slice(0, start) + text.slice(Math.min(lineEnd + 1, text.length))
}

function pairOf(document: Document, path: KeyPath): Pair | null {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return null
  const key = String(path.at(-1))
  return parent.items.findLast((item) => isScalar(item.key) && String(item.key.value) === key) ?? null
}

const columnOf = (text: string, offset: number) => offset - (text.lastIndexOf('\n', offset - 1) + 1)

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end
}

const insertLines = (text: string, at: number, lines: readonly string[]) =>
  splice(text, at, at, lines.map((line) => `\n${line}`).join(''))
