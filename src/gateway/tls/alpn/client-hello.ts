/*
 * As much of a TLS ClientHello (RFC 8446, section 4.1.2) as it takes to see which protocols it offers. It comes from
 * anybody, so every length is checked against what is there.
 */

const HANDSHAKE_RECORD = 0x16
const CLIENT_HELLO = 0x01
const ALPN = 0x0010

/** More than any client sends, keys for quantum computers included. */
export const LARGEST_HELLO = 16 * 1024

/**
 * Protocols that a ClientHello offers (ALPN, RFC 7301). `undefined` while there are too few bytes to tell; an empty list
 * for anything that is no ClientHello, which TLS itself will refuse.
 */
export function offeredProtocols(bytes: Buffer): readonly string[] | undefined {
  const handshake = handshakeOf(bytes)
  if (handshake === undefined) return bytes.length < LARGEST_HELLO ? undefined : []
  if (handshake === null) return []
  try {
    return protocolsIn(new Reader(handshake))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

/** The body of the handshake message, put together from its records; null for something else. */
function handshakeOf(bytes: Buffer): Buffer | null | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length;) {
    if (bytes.readUInt8(at) !== HANDSHAKE_RECORD) return null
    const length = bytes.readUInt16BE(at + 3)
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    const message = Buffer.concat(parts)
    if (message.length >= 4) {
      if (message.readUInt8(0) !== CLIENT_HELLO) return null
      const end = 4 + message.readUIntBE(1, 3)
      if (end > LARGEST_HELLO) return null
      if (message.length >= end) return message.subarray(4, end)
    }
    at += 5 + length
  }
  return undefined
}

function protocolsIn(hello: Reader): readonly string[] {
  hello.skip(2 + 32) // version, random
  hello.vector(1) // session id
  hello.vector(2) // cipher suites
  hello.vector(1) // compression methods
  const extensions = new Reader(hello.vector(2))
  while (extensions.hasMore()) {
    const type = extensions.number(2)
    const body = extensions.vector(2)
    if (type === ALPN) return namesIn(new Reader(new Reader(body).vector(2)))
  }
  return []
}

function namesIn(list: Reader): readonly string[] {
  const names: string[] = []
  while (list.hasMore()) names.push(list.vector(1).toString('latin1'))
  return names
}

/** Reads forwards. Throws RangeError at the end. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  hasMore(): boolean {
    return this.#at < this.#bytes.length
  }

  skip(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new RangeError('the message ends too early')
    this.#at += count
  }

  number(size: number): number {
    const from = this.#at
    this.skip(size)
    return this.#bytes.readUIntBE(from, size)
  }

  /** Bytes behind their own length, which has `size` bytes. */
  vector(size: number): Buffer {
    const length = this.number(size)
    const from = this.#at
    this.skip(length)
    return this.#bytes.subarray(from, from + length)
  }
}
