import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

/** A language tag as a folder of templates has it: `en`, `de-AT`. */
const language = z.string().regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/)
const name = z.string().max(80)
const place = z.strictObject({ language, name })
const source = z.string().max(100_000)

export const templatesContract = describeRoutes({
  'GET /api/notifications/templates': {
    summary: 'The messages that can be worded anew, and which of their files are your own.',
    access: 'session',
    answer: z.strictObject({
      /** Of your own templates; null: none is configured, the first saved one makes one. */
      folder: z.string().nullable(),
      /** The language that counts when a reader names none. */
      defaultLanguage: z.string(),
      languages: z.array(z.string()),
      messages: z.array(
        z.strictObject({
          id: z.string(),
          medium: z.enum(['email', 'sms', 'page']),
          files: z.array(
            z.strictObject({
              name: z.string(),
              /** Languages in which the file is your own. */
              own: z.array(z.string()),
            }),
          ),
        }),
      ),
    }),
  },
  'GET /api/notifications/templates/{language}/{name}': {
    summary: "The source of a template, and Signpost's own.",
    access: 'session',
    params: place,
    answer: z.strictObject({ own: z.string().nullable(), builtin: z.string().nullable() }),
  },
  'PUT /api/notifications/templates/{language}/{name}': {
    summary: 'Saves a template into your own folder; one that has an error is refused.',
    access: 'session',
    params: place,
    body: z.strictObject({ source }),
    answer: z.strictObject({ folder: z.string() }),
    changes: 'templates.save',
  },
  'DELETE /api/notifications/templates/{language}/{name}': {
    summary: "Removes your own template, so that Signpost's counts again.",
    access: 'session',
    params: place,
    answer: z.strictObject({}),
    changes: 'templates.revert',
  },
  'POST /api/notifications/templates/preview': {
    summary: 'A message with invented values, made from what is saved and what is not saved yet.',
    access: 'session',
    body: z.strictObject({
      /** `id` of the message. */
      message: z.string().max(80),
      language,
      unsaved: z.array(z.strictObject({ name, source })).max(10).default([]),
    }),
    answer: z.strictObject({
      subject: z.string().nullable(),
      text: z.string().nullable(),
      /** The HTML document is at `GET /api/notifications/previews/{id}` for a while. */
      htmlId: z.string().nullable(),
      /** Why there is no preview. `line` counts from 1. */
      fault: z.strictObject({ name: z.string(), line: z.number().nullable(), reason: z.string() }).nullable(),
      /** What a template can name, with the values of this preview. */
      placeholders: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    }),
  },
  'GET /api/notifications/previews/{id}': {
    summary: 'The HTML document of a preview: without scripts, for a frame of the console.',
    access: 'session',
    params: z.strictObject({ id: z.string().max(40) }),
    query: z.strictObject({ scheme: z.enum(['light', 'dark']).default('light') }),
    answer: z.strictObject({}),
  },
})
