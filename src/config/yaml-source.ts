import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
} from 'yaml'
import type { ConfigProblem, KeyPath } from './problems.ts'

/** A parsed file, with the means to say where in it something stands. */
export interface YamlSource {
  readonly document: Document
  /** The document as plain values; an empty file has no keys. */
  readonly values: unknown
  /** What is wrong with the YAML itself; the document is of use only when this is empty. */
  readonly problems: readonly ConfigProblem[]
  /** Line and column (from 1) of a key, or of the nearest section around it that stands in the file. */
  locate(keys: KeyPath): { readonly line: number; readonly column: number } | undefined
}

/** Reads YAML 1.2 without judging what it says. */
export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter()
  // With the log level "silent" the parser would read the first of several documents and not complain.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    path: '',
    ...place(error.pos[0]),
    ...explainYamlError(error, text),
  }))
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return
      problems.push({
        path: '',
        ...place(alias.range?.[0] ?? 0),
        // The name is not repeated, here and below: it may be a password without its quotes.
        message: 'A value that begins with * is a reference in YAML, and nothing in the file has that name.',
        fix: 'Put the value in quotes.',
      })
    },
  })
  const values = problems.length === 0 ? plainValues(document) : undefined
  if (values === null) problems.push(tooManyReferences)
  return {
    document,
    values,
    problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    locate(keys) {
      const offset = offsetOf(document, keys)
      return offset === undefined ? undefined : place(offset)
    },
  }
}

const tooManyReferences: ConfigProblem = {
  path: '',
  message: 'References (* and &) in the file multiply beyond measure.',
  fix: 'Write the values out.',
}

/** `null` for a document whose references unfold without end ("billion laughs"); the parser counts them. */
function plainValues(document: Document): unknown {
  try {
    const values: unknown = document.toJS()
    return values ?? {}
  } catch (error) {
    if (error instanceof ReferenceError) return null
    throw error
  }
}

function offsetOf(document: Document, keys: KeyPath): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => (isScalar(item.key) ? String(item.key.value) : undefined) === String(key),
      )
      if (pair === undefined) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}

/** Faults that people meet in YAML, in their words; anything else keeps the parser's own. */
function explainYamlError(error: YAMLError, text: string): { message: string; fix: string } {
  const word = /^[^\s:#]+/.exec(text.slice(error.pos[0]))?.[0] ?? ''
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        message: 'The line is indented with a tab.',
        fix: 'Indent with spaces; YAML allows no tabs there.',
      }
    case 'DUPLICATE_KEY':
      return {
        message: `The key "${word}" stands here a second time.`,
        fix: 'Remove one of the two, or bring their contents together under one.',
      }
    case 'BAD_INDENT':
      return {
        message: 'The indentation does not fit the lines around it, or a bracket above is not closed.',
        fix: 'Begin keys of the same section in the same column; indent keys inside a section by two more spaces.',
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'There is a second colon in the line, or the line is indented too far.',
        fix: 'Put a value that holds ": " in quotes; give keys of the same section the same indentation.',
      }
    case 'BAD_SCALAR_START':
      return {
        message: `A value may not begin with ${text.charAt(error.pos[0])} unless it is in quotes.`,
        fix: 'Put the value in quotes.',
      }
    case 'MISSING_CHAR':
      return {
        message: 'A bracket, a quotation mark or a colon is missing here, or in the lines above.',
        fix: 'Write keys as "key: value" with a space after the colon, and close every bracket and quotation mark.',
      }
    case 'MULTIPLE_DOCS':
      return { message: 'The line --- begins a second document.', fix: 'Keep one document in the file.' }
    case 'TAG_RESOLVE_FAILED':
      return {
        message: 'A value that begins with ! is a YAML tag, and Signpost knows no tags.',
        fix: 'Put the value in quotes. Secrets in other places are written as {file: PATH} or {env: NAME}.',
      }
    default:
      // The parser's sentence may quote the line, which may hold a secret: only its code is shown.
      return {
        message: `This is not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')}).`,
        fix: 'Write keys as "key: value", indent with spaces, and put values with special characters in quotes.',
      }
  }
}
