import { mailKinds, pageKinds, smsKinds } from '../messages.ts'

/** Something that Signpost says to people outside, and the files it is made from. */
export interface MessageTemplate {
  /** `invitation`, `sms-invitation`, `page-landing`. */
  readonly id: string
  readonly medium: 'email' | 'sms' | 'page'
  /** File names within a language. */
  readonly files: readonly string[]
}

/** Every message that can be worded anew. */
export const messageTemplates: readonly MessageTemplate[] = [
  ...mailKinds.map((kind) => ({
    id: kind,
    medium: 'email' as const,
    files: [`${kind}.subject.txt`, `${kind}.html`, `${kind}.txt`],
  })),
  ...smsKinds.map((kind) => ({ id: `sms-${kind}`, medium: 'sms' as const, files: [`sms-${kind}.txt`] })),
  ...pageKinds.map((kind) => ({
    id: `page-${kind}`,
    medium: 'page' as const,
    files: [`${kind}.message.txt`, `${kind}.html`],
  })),
]
