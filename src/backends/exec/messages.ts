import type { Readable } from 'node:stream'

const maxBytes = 2000
const maxLines = 5

/**
 * Keeps the beginning of standard error and lets the rest go by, so that a talkative program is not held up. What it
 * answers gives the first lines, with the given texts masked: programs tend to print what they were given.
 */
export function collectMessages(stderr: Readable): (confidential: readonly string[]) => readonly string[] {
  const chunks: Buffer[] = []
  let length = 0
  stderr.on('data', (chunk: Buffer) => {
    if (length >= maxBytes) return
    chunks.push(chunk.subarray(0, maxBytes - length))
    length += chunk.length
  })
  stderr.on('error', () => {})
  return (confidential) => {
    // The longest first: an address holds its localpart.
    const masked = confidential
      .toSorted((one, other) => other.length - one.length)
      .reduce((text, secret) => text.replaceAll(secret, '***'), Buffer.concat(chunks).toString('utf8'))
    return masked.split(/\r?\n/).filter(Boolean).slice(0, maxLines)
  }
}
