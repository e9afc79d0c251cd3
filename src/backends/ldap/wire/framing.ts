/** The bytes are no LDAP. */
export class NotLdapError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotLdapError'
  }
}

/** Far above any entry with a portrait, far below what would hurt. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

/**
 * Cuts what arrives into whole LDAP messages (RFC 4511, section 5.1: each is a BER sequence of definite length). The
 * function that it returns throws NotLdapError at the first byte that cannot begin one.
 */
export function createFramer(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let held = 0
  let wanted: number | null = null

  return (chunk) => {
    chunks.push(chunk)
    held += chunk.length
    for (;;) {
      wanted ??= messageLength(startOf(chunks))
      if (wanted === null || held < wanted) return
      // A hundred messages come in one chunk: copying it for each of them would cost gigabytes in a large listing.
      const [first] = chunks
      const bytes = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, held)
      const rest = bytes.subarray(wanted)
      const message = bytes.subarray(0, wanted)
      chunks = rest.length === 0 ? [] : [rest]
      held = rest.length
      wanted = null
      onMessage(message)
    }
  }
}

const HEADER_BYTES = 6

function startOf(chunks: readonly Buffer[]): Buffer {
  const [first = Buffer.alloc(0)] = chunks
  return first.length >= HEADER_BYTES ? first : Buffer.concat(chunks).subarray(0, HEADER_BYTES)
}

/** Bytes of the whole message; null as long as its header is not complete. */
function messageLength(start: Buffer): number | null {
  const [tag, size] = start
  if (tag !== undefined && tag !== 0x30) {
    throw new NotLdapError(tag === 0x15 ? 'a TLS alert' : `a first byte of ${tag}`)
  }
  if (size === undefined) return null
  if (size < 0x80) return 2 + size
  const lengthBytes = size - 0x80
  if (lengthBytes === 0 || lengthBytes > 4) throw new NotLdapError('a length that LDAP does not have')
  if (start.length < 2 + lengthBytes) return null
  const length = 2 + lengthBytes + start.readUIntBE(2, lengthBytes)
  if (length > MAX_MESSAGE_BYTES) throw new NotLdapError(`a message of ${length} bytes`)
  return length
}
