/** What PHP's `serialize` writes, except objects. Arrays are maps: PHP has no others. */
export type PhpValue = string | number | boolean | null | ReadonlyMap<string, PhpValue>

/** Nested deeper than anything that WordPress stores for a user. */
const MAX_DEPTH = 8

/**
 * Reads what PHP's `serialize` wrote; undefined for anything else, and for objects: reading those is how PHP programs are
 * broken into, and no data that is wanted here has any.
 */
export function parsePhpValue(text: string): PhpValue | undefined {
  // Lengths count bytes.
  const bytes = Buffer.from(text)
  const reader = { bytes, at: 0 }
  const value = readValue(reader, MAX_DEPTH)
  return reader.at === bytes.length ? value : undefined
}

interface Reader {
  readonly bytes: Buffer
  at: number
}

function readValue(reader: Reader, depth: number): PhpValue | undefined {
  const [whole, type, scalar] = match(reader, /^(?:([bid]):([^;]{1,40});|N;)/) ?? []
  if (whole === 'N;') return null
  if (type === 'b') return scalar === '1'
  if (type !== undefined) {
    const number = Number(scalar)
    return Number.isFinite(number) ? number : undefined
  }
  const [, kind, length] = match(reader, /^([sa]):(\d{1,9}):/) ?? []
  if (kind === 's') return readString(reader, Number(length))
  return kind === 'a' && depth > 0 ? readArray(reader, Number(length), depth) : undefined
}

function readString(reader: Reader, length: number): string | undefined {
  const { bytes, at } = reader
  const end = at + 1 + length
  if (bytes[at] !== 0x22 || bytes.toString('latin1', end, end + 2) !== '";') return undefined
  reader.at = end + 2
  return bytes.toString('utf8', at + 1, end)
}

function readArray(reader: Reader, length: number, depth: number): PhpValue | undefined {
  if (match(reader, /^\{/) === null) return undefined
  const entries = new Map<string, PhpValue>()
  for (let i = 0; i < length; i++) {
    const key = readValue(reader, 0)
    if (typeof key !== 'string' && typeof key !== 'number') return undefined
    const value = readValue(reader, depth - 1)
    if (value === undefined) return undefined
    entries.set(String(key), value)
  }
  return match(reader, /^\}/) === null ? undefined : entries
}

/** Long enough for everything that is matched; strings are cut out by their length. */
const LOOK_AHEAD = 48

function match(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  const found = pattern.exec(reader.bytes.toString('latin1', reader.at, reader.at + LOOK_AHEAD))
  if (found !== null) reader.at += found[0].length
  return found
}
