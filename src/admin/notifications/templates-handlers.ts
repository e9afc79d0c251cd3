import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Config } from '../../config/schema.ts'
import { messageTemplates, type MessageTemplate } from '../../notify/templates/catalogue.ts'
import { languages } from '../../notify/templates/engine.ts'
import { readTemplate, removeTemplate, writeTemplate } from '../../notify/templates/own-files.ts'
import type { Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { ChangeSettings } from '../changes/settings.ts'
import { sendPreview } from './preview-document.ts'
import { renderPreview } from './render-preview.ts'
import type { templatesContract } from './templates-contract.ts'

export interface TemplatesOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly config: () => Config
  readonly changeSettings: ChangeSettings
}

/** Previews that are kept for the frames that ask for them. */
const KEPT_PREVIEWS = 40

export function createTemplatesHandlers(options: TemplatesOptions): Handlers<typeof templatesContract> {
  const { dataDir, runtime, config, changeSettings } = options
  const previews = new LRUCache<string, string>({ max: KEPT_PREVIEWS })
  const settings = () => config().notifications.email
  const preview = (message: MessageTemplate, language: string, unsaved: ReadonlyMap<string, string>) =>
    renderPreview({ config: config(), dataDir, runtime }, message, language, unsaved)

  return {
    async 'GET /api/notifications/templates'() {
      const { templates: folder, language: defaultLanguage } = settings()
      const known = [...languages(folder)].sort()
      const ownIn = (name: string) =>
        folder === null ? [] : known.filter((language) => existsSync(join(folder, language, name)))
      const messages = messageTemplates.map((message) => ({
        ...message,
        files: message.files.map((name) => ({ name, own: ownIn(name) })),
      }))
      return { folder, defaultLanguage, languages: known, messages }
    },

    async 'GET /api/notifications/templates/{language}/{name}'({ params: { language, name } }) {
      messageOf(name)
      return await readTemplate(settings().templates, language, name)
    },

    async 'PUT /api/notifications/templates/{language}/{name}'({ params, body: { source } }, context) {
      const { language, name } = params
      const { fault } = preview(messageOf(name), language, new Map([[name, source]]))
      if (fault !== null && fault.name === name) {
        const where = fault.line === null ? '' : `Line ${fault.line}: `
        throw new AdminError('invalid', { problems: [{ path: name, message: `${where}${fault.reason}` }] })
      }
      const folder = settings().templates ?? join(dataDir, 'templates')
      await writeTemplate(join(folder, language, name), source)
      if (settings().templates === null) {
        await changeSettings(context.caller, {
          summary: '',
          changes: [{ path: ['notifications', 'email', 'templates'], value: folder }],
        })
      }
      context.note({ target: `${language}/${name}` })
      return { folder }
    },

    async 'DELETE /api/notifications/templates/{language}/{name}'({ params: { language, name } }, { note }) {
      messageOf(name)
      const folder = settings().templates
      if (folder !== null) await removeTemplate(join(folder, language, name))
      note({ target: `${language}/${name}` })
      return {}
    },

    async 'POST /api/notifications/templates/preview'({ body: { message, language, unsaved } }) {
      const found = messageTemplates.find(({ id }) => id === message)
      if (found === undefined) throw new AdminError('not-found')
      const sources = new Map(unsaved.map(({ name, source }) => [name, source]))
      const { html, values, ...shown } = preview(found, language, sources)
      const htmlId = html === null ? null : runtime.random.bytes(15).toString('base64url')
      if (html !== null && htmlId !== null) previews.set(htmlId, html)
      const known = { domain: config().matrix.domain, ...settings().placeholders, ...values }
      // The names in capitals are those of another identity server, for the same values.
      const placeholders = Object.entries(known)
        .filter(([name]) => name in settings().placeholders || /^[a-z_]+$/.test(name))
        .map(([name, value]) => ({ name, value }))
      return { ...shown, htmlId, placeholders }
    },

    async 'GET /api/notifications/previews/{id}'({ params, query }, { reply }) {
      const html = previews.get(params.id)
      if (html === undefined) throw new AdminError('not-found')
      await sendPreview(reply, html, query.scheme)
      return {}
    },
  }
}

/** The message that a file belongs to; nothing else can be read or written. Throws `AdminError` (`not-found`). */
function messageOf(name: string): MessageTemplate {
  const message = messageTemplates.find(({ files }) => files.includes(name))
  if (message === undefined) throw new AdminError('not-found')
  return message
}
