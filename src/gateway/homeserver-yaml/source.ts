import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import type { KeyPath } from '../../config/problems.ts'

export interface HomeserverFile {
  /** As the operator named it. */
  readonly name: string
  readonly text: string
}

export interface ParsedFile extends HomeserverFile {
  readonly document: Document
  readonly values: Readonly<Record<string, unknown>>
  /** Line (from 1) at which the parser gave up; null for a file that can be read. */
  readonly brokenAt: number | null
  /** Top-level keys that stand there twice. */
  readonly repeated: readonly string[]
  readonly lines: LineCounter
}

/** YAML as PyYAML reads it: version 1.1 (`yes` is true), and of a repeated key the last one. */
export function parseAsSynapse(text: string, lines = new LineCounter()): Document {
  return parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
}

/** Never throws: what is wrong with a file is in the result. */
export function parseFile({ name, text }: HomeserverFile): ParsedFile {
  const lines = new LineCounter()
  const document = parseAsSynapse(text, lines)
  const [error] = document.errors
  const values = error === undefined ? plainValues(document) : null
  const brokenAt = error !== undefined ? lines.linePos(error.pos[0]).line : values === null ? 1 : null
  return { name, text, document, values: values ?? {}, brokenAt, repeated: repeatedKeys(document), lines }
}

/** The keys of a document; none for one that is empty or no map, which Synapse passes over. Null: it cannot be unfolded. */
export function plainValues(document: Document): Record<string, unknown> | null {
  try {
    const values: unknown = document.toJS()
    return typeof values === 'object' && values !== null && !Array.isArray(values)
      ? (values as Record<string, unknown>)
      : {}
  } catch (error) {
    // References that unfold without end, or that nothing has.
    if (error instanceof ReferenceError) return null
    throw error
  }
}

function repeatedKeys({ contents }: Document): string[] {
  if (!isMap(contents)) return []
  const keys = contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))]
}

/** The files as one, the way Synapse merges them: a top-level key of a later file replaces that of an earlier one whole. */
export function mergeFiles(files: readonly ParsedFile[]): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...files.map(({ values }) => values)) as Record<string, unknown>
}

/** The file that decides on a key. */
export function fileOf(files: readonly ParsedFile[], [top]: KeyPath): ParsedFile | null {
  return files.findLast(({ values }) => top !== undefined && Object.hasOwn(values, top)) ?? null
}

/** Line (from 1) of a key, or of the nearest section around it that is there. */
export function lineOf(file: ParsedFile, path: KeyPath): number | null {
  let node: unknown = file.document.contents
  let offset: number | null = null
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (pair === undefined) break
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
      node = pair.value
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key]
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset
    } else break
  }
  return offset === null ? null : file.lines.linePos(offset).line
}
