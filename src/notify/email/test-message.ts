import type { Random } from '../../runtime.ts'
import { messageIdFor } from '../message-id.ts'
import type { Mail } from './transport.ts'

export interface TestMessageOptions {
  readonly to: string
  readonly from: string
  /** The Matrix domain. */
  readonly domain: string
  readonly language: string
  readonly random: Random
}

interface Words {
  readonly subject: string
  readonly body: (domain: string) => string
}

const english: Words = {
  subject: 'Test message from Signpost',
  body: (domain) =>
    `This message shows that Signpost, the identity server of ${domain}, can send mail. There is nothing to do.`,
}
const german: Words = {
  subject: 'Testnachricht von Signpost',
  body: (domain) =>
    `Diese Nachricht zeigt, dass Signpost, der Identitätsserver von ${domain}, E-Mails versenden kann. Es ist nichts zu tun.`,
}

/** A mail that asks nothing of whoever reads it; no template, so that it tells about the way alone. */
export function testMessage({ to, from, domain, language, random }: TestMessageOptions): Mail {
  const { subject, body } = language.startsWith('de') ? german : english
  const text = body(domain)
  return {
    ...{ to, from, subject, text: `${text}\n`, html: `<p>${escapeHtml(text)}</p>\n` },
    messageId: messageIdFor(`test-message ${random.bytes(16).toString('hex')}`, domain),
    // RFC 3834 (5): no absence notes in return.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
