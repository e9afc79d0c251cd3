/**
 * The little of DER (ITU-T X.690) that certificates need. Every structure that is written here is read back by OpenSSL
 * before it is used, and only what OpenSSL has accepted is read here.
 */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** One value with its tag and length. */
export function encode(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content])
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const sequence = (...parts: readonly Uint8Array[]) => encode(tags.sequence, Buffer.concat(parts))
export const set = (...parts: readonly Uint8Array[]) => encode(tags.set, Buffer.concat(parts))
export const octetString = (content: Uint8Array) => encode(tags.octetString, content)
export const utf8String = (text: string) => encode(tags.utf8String, Buffer.from(text))
export const trueValue = () => encode(tags.boolean, Buffer.from([0xff]))

/** `[number]`, context-specific: constructed around whole values, or primitive around bare content. */
export const tagged = (number: number, content: Uint8Array) => encode(0xa0 | number, content)
export const taggedPrimitive = (number: number, content: Uint8Array) => encode(0x80 | number, content)

/** A whole number that is not negative, from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  const shortest = start < 0 ? Buffer.from([0]) : bytes.subarray(start)
  // The highest bit is the sign.
  const content = (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest
  return encode(tags.integer, content)
}

/** `unused`: how many bits of the last byte do not count. */
export function bitString(content: Uint8Array, unused = 0): Buffer {
  return encode(tags.bitString, Buffer.concat([Buffer.from([unused]), content]))
}

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encode(tags.oid, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest & 0x7f) | 0x80)
  }
  return bytes
}

/** Milliseconds since the epoch, to the second. RFC 5280, section 4.1.2.5: UTCTime until 2049, then GeneralizedTime. */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
  return Number(digits.slice(0, 4)) < 2050
    ? encode(tags.utcTime, Buffer.from(digits.slice(2)))
    : encode(tags.generalizedTime, Buffer.from(digits))
}

/** A value as it was read. */
export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** The whole value with tag and length. */
  readonly whole: Buffer
}

/** The values that stand one after the other in `bytes`. Throws RangeError when the bytes end in the middle of one. */
export function decodeAll(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length;) {
    const value = decodeAt(bytes, at)
    values.push(value)
    at += value.whole.length
  }
  return values
}

function decodeAt(bytes: Buffer, at: number): DerValue {
  const tag = bytes.readUInt8(at)
  const short = bytes.readUInt8(at + 1)
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes)
  const begin = at + 2 + lengthBytes
  if (begin + length > bytes.length) throw new RangeError('DER: a value is longer than what holds it')
  return { tag, content: bytes.subarray(begin, begin + length), whole: bytes.subarray(at, begin + length) }
}

/** The values within a sequence, a set or a constructed tag. */
export const members = (value: DerValue) => decodeAll(value.content)

/** The dotted text of an object identifier. */
export function readOid({ content }: DerValue): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [joined = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(joined / 40))
  return [first, joined - first * 40, ...rest].join('.')
}
