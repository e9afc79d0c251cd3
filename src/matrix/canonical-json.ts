/** What `JSON.parse` can return. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A value that has no canonical form. `path` points at it: `$.content.tags[2]`. */
export class CanonicalJsonError extends Error {
  readonly path: string

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`)
    this.name = 'CanonicalJsonError'
    this.path = path
  }
}

/** Far above any Matrix object, far below the depth at which recursion overflows the stack. Also ends cycles. */
const maxDepth = 200

/**
 * Canonical JSON (specification appendices, "Canonical JSON"): the one text that both signer and verifier arrive at.
 * Keys are ordered by code point, numbers are integers within ±(2^53 - 1), -0 is written as 0.
 *
 * @throws {CanonicalJsonError} for fractions, unsafe integers, lone surrogates, `undefined` (also as a member),
 *   objects that are neither plain nor arrays, and nesting deeper than 200.
 */
export function canonicalJson(value: unknown): string {
  return write(value, [])
}

/** True for `{...}` as JSON knows it: not null, not an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Path = (string | number)[]

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path)
    case 'number':
      // `String` writes -0 as 0, and safe integers without an exponent.
      if (!Number.isSafeInteger(value)) throw failure(path, 'is not an integer within ±(2^53 - 1)')
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : writeContainer(value, path)
    default:
      throw failure(path, `is of type ${typeof value}, which JSON does not have`)
  }
}

function writeString(text: string, path: Path): string {
  if (!text.isWellFormed()) throw failure(path, 'holds half of a surrogate pair')
  // For well-formed text `JSON.stringify` escapes exactly what canonical JSON asks for, in lower-case hex.
  return JSON.stringify(text)
}

function writeContainer(value: object, path: Path): string {
  if (path.length >= maxDepth) throw failure(path, `is nested deeper than ${maxDepth} levels`)
  if (Array.isArray(value)) return writeArray(value, path)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw failure(path, 'is not a plain object')
  return writeObject(value as Record<string, unknown>, path)
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '['
  for (let index = 0; index < items.length; index++) {
    path.push(index)
    text += (index === 0 ? '' : ',') + write(items[index], path)
    path.pop()
  }
  return text + ']'
}

function writeObject(object: Record<string, unknown>, path: Path): string {
  let text = '{'
  let separator = ''
  for (const key of sortedKeys(object)) {
    path.push(key)
    text += separator + writeString(key, path) + ':' + write(object[key], path)
    separator = ','
    path.pop()
  }
  return text + '}'
}

const surrogate = /[\ud800-\udfff]/

function sortedKeys(object: object): string[] {
  const keys = Object.keys(object)
  // UTF-16 order, the default, departs from code-point order only where surrogates are involved.
  return keys.some((key) => surrogate.test(key)) ? keys.sort(compareCodePoints) : keys.sort()
}

function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Moves surrogates (code points above U+FFFF) behind U+E000 to U+FFFF. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit
}

function failure(path: Path, problem: string): CanonicalJsonError {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  return new CanonicalJsonError(`$${steps.join('')}`, problem)
}
