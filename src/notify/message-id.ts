import { createHash } from 'node:crypto'

/**
 * A Message-ID without angle brackets (RFC 5322, 3.6.4) that depends on its cause alone: a mail that is sent again,
 * because nobody knows whether the first attempt arrived, carries the same one, and mail stores can drop the copy.
 *
 * @param seed what caused the mail, unique for it (the outbox entry's dedupe key)
 * @param domain the Matrix domain; a port is left out
 */
export function messageIdFor(seed: string, domain: string): string {
  const left = createHash('sha256').update(`signpost-message-id\0${seed}`).digest('hex').slice(0, 40)
  return `${left}@${domain.replace(/:\d+$/, '')}`
}
