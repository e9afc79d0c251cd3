import { join } from 'node:path'
import type { Config } from '../../config/schema.ts'
import { createMessages, type MailKind, type PageKind, type SmsKind } from '../../notify/messages.ts'
import type { MessageTemplate } from '../../notify/templates/catalogue.ts'
import { createTemplates } from '../../notify/templates/engine.ts'
import { sampleValues } from '../../notify/templates/samples.ts'
import { describeTemplateError } from '../../notify/templates/template-error.ts'
import type { TemplateValues } from '../../notify/templates/values.ts'
import { publicUrl } from '../../public-url.ts'
import type { Runtime } from '../../runtime.ts'

export interface Preview {
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
  readonly fault: TemplateFault | null
  /** The values it was made with. */
  readonly values: TemplateValues
}

export interface TemplateFault {
  /** File name. */
  readonly name: string
  /** From 1; null where it is about no line. */
  readonly line: number | null
  readonly reason: string
}

export interface PreviewOptions {
  readonly config: Config
  readonly dataDir: string
  readonly runtime: Pick<Runtime, 'clock' | 'log'>
}

/** One message with invented values. `unsaved`: sources by file name, in the place of what is saved. */
export function renderPreview(
  { config, dataDir, runtime }: PreviewOptions,
  message: MessageTemplate,
  language: string,
  unsaved: ReadonlyMap<string, string>,
): Preview {
  const { email } = config.notifications
  const { domain } = config.matrix
  const kind = message.id.replace(/^(sms|page)-/, '')
  const { webClient, registerUrl } = config.invitations
  const urls = { domain, publicUrl: publicUrl(config) }
  const values = sampleValues(message.medium, kind, { ...urls, webClient, registerUrl })
  const templates = createTemplates({
    // Sources that are not saved need a folder to stand in, even where there is none yet.
    folder: email.templates ?? join(dataDir, 'templates'),
    defaultLanguage: email.language,
    ownNames: Object.keys(email.placeholders),
    unsaved: new Map([...unsaved].map(([name, source]) => [`${language}/${name}`, source])),
    strict: true,
    log: runtime.log,
  })
  const messages = createMessages({ config: email, ...urls, templates, ...runtime })
  const nothing = { subject: null, text: null, html: null, fault: null, values }
  try {
    switch (message.medium) {
      case 'email':
        return { ...nothing, ...messages.renderMail(kind as MailKind, language, values) }
      case 'sms':
        return { ...nothing, text: messages.renderSms(kind as SmsKind, language, values) }
      case 'page':
        return { ...nothing, html: messages.renderPage(kind as PageKind, language, values).html }
    }
  } catch (error) {
    const { file, line, reason } = describeTemplateError(error)
    // The library ends its sentence with the place, which stands beside it here.
    const [what = reason] = reason.split(', file:', 1)
    return { ...nothing, fault: { name: file.split(/[\\/]/).at(-1) ?? '', line, reason: what } }
  }
}
