/** One block of a PEM file (RFC 7468). */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, ... */
  readonly label: string
  /** The block with its lines as they should be. */
  readonly text: string
}

export interface PemContent {
  readonly blocks: readonly PemBlock[]
  /** True when the content is no text at all but begins like DER. */
  readonly binary: boolean
  /** What had to be mended to read it, as phrases: "a byte order mark". */
  readonly mended: readonly string[]
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

/** Reads what people have on their disks as PEM: also with the marks that editors, mails and YAML leave. */
export function readPem(content: string | Uint8Array): PemContent {
  const bytes = Buffer.from(content)
  // A SEQUENCE with a long length: every certificate, key and PKCS #12 file begins so.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80) return { blocks: [], binary: true, mended: [] }
  const mended: string[] = []
  let text = decodeText(bytes, mended)
  // As in an environment variable or a JSON file. Base64 knows no backslash.
  if (/-----BEGIN [A-Z0-9 ]+-----\\n/.test(text)) {
    mended.push('line ends written as \\n')
    text = text.replaceAll('\\r', '').replaceAll('\\n', '\n')
  }
  const blocks = [...text.matchAll(BLOCK)].map(([block, label = '']) => {
    const lines = block.split(/\r?\n|\r/)
    if (lines.some((line) => /^\s+\S/.test(line)) && !mended.includes(INDENTED)) mended.push(INDENTED)
    const kept = lines
      .map((line) => line.trim())
      .filter((line, index) => line !== '' || isHeaderEnd(lines, index))
    return { label, text: `${kept.join('\n')}\n` }
  })
  return { blocks, binary: false, mended }
}

const INDENTED = 'indented lines'

/** The empty line after `DEK-Info:` separates headers from the body (RFC 1421). */
const isHeaderEnd = (lines: readonly string[], index: number) => /^\s*[\w-]+: /.test(lines[index - 1] ?? '')

function decodeText(bytes: Buffer, mended: string[]): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    mended.push('the encoding UTF-16')
    return bytes.subarray(2).toString('utf16le')
  }
  const text = bytes.toString('utf8')
  if (!text.startsWith('\ufeff')) return text
  mended.push('a byte order mark')
  return text.slice(1)
}

/** The certificates of a text with any number of them, one text each. */
export function certificatesIn(content: string | Uint8Array): readonly string[] {
  return readPem(content).blocks.flatMap(({ label, text }) => (label === 'CERTIFICATE' ? [text] : []))
}
