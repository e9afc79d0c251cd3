import { z } from 'zod'
import { baseUrl, duration, key, port, secret } from '../types.ts'

const smtp = z.strictObject({
  host: key(z.string().default('127.0.0.1'), { description: 'Mail server.' }),
  port: key(port().nullable().default(null), {
    description: 'Empty: 465 with implicit TLS, else 587; 25 for a server on this machine.',
  }),
  security: key(z.enum(['auto', 'implicit', 'starttls', 'none']).default('auto'), {
    description:
      'auto: implicit TLS on port 465, else STARTTLS where offered. implicit: TLS from the first byte. starttls: required. none: plain.',
  }),
  user: key(z.string().nullable().default(null), { description: 'Login name; empty: no login.' }),
  password: key(secret().nullable().default(null), { description: 'Password of the login.' }),
  caFile: key(z.string().nullable().default(null), {
    description: 'PEM file of a private CA for the mail server.',
  }),
  verifyCertificate: key(z.boolean().default(true), { description: "Check the mail server's certificate." }),
  heloName: key(z.string().nullable().default(null), {
    description: 'Name given in EHLO; empty: the Matrix domain.',
  }),
})

const email = z.strictObject({
  transport: key(z.enum(['smtp', 'sendgrid', 'log', 'none']).default('log'), {
    description:
      'smtp, sendgrid, log (mails are kept in the data directory, nothing is sent) or none (refused).',
  }),
  from: key(z.string().nullable().default(null), {
    description: 'Sender, with or without a name. Empty: noreply at the Matrix domain.',
    example: 'Example School <matrix@example.org>',
  }),
  smtp: smtp.prefault({}),
  sendgrid: z
    .strictObject({
      apiKey: key(secret().nullable().default(null), {
        description: 'API key with the Mail Send permission.',
      }),
      url: key(baseUrl().default('https://api.sendgrid.com'), { description: 'API base URL.' }),
    })
    .prefault({}),
  templates: key(z.string().nullable().default(null), {
    description:
      'Folder with your own templates, one sub-folder per language; files not found there come from Signpost. See docs/templates.md.',
  }),
  language: key(z.string().default('en'), {
    description: 'Language of mails and pages when the reader names none.',
  }),
  placeholders: key(z.record(z.string(), z.string()).default({}), {
    description: 'Values of your own for the templates.',
  }),
})

const sms = z.strictObject({
  transport: key(z.enum(['none', 'log', 'twilio', 'http']).default('none'), {
    description: 'How text messages are sent. log keeps them in the data directory.',
  }),
  allowCountries: key(z.array(z.string().regex(/^[A-Z]{2}$/)).default([]), {
    description: 'Countries (two letters) to which messages are sent. Empty: all but the denied ones.',
  }),
  denyCountries: key(z.array(z.string().regex(/^[A-Z]{2}$/)).default([]), {
    description: 'Countries (two letters) to which nothing is sent.',
  }),
  dailyLimit: key(z.int().min(0).default(500), {
    description: 'Most messages in 24 hours, against toll fraud.',
  }),
  twilio: z
    .strictObject({
      accountSid: key(z.string().default(''), { description: 'Account SID.' }),
      authToken: key(secret().nullable().default(null), { description: 'Auth token.' }),
      from: key(z.string().default(''), {
        description: 'Sending number (+49...), sender name or messaging service SID.',
      }),
      url: key(baseUrl().default('https://api.twilio.com'), { description: 'API base URL.' }),
    })
    .prefault({}),
  http: z
    .strictObject({
      method: key(z.enum(['POST', 'GET', 'PUT']).default('POST'), { description: 'Request method.' }),
      url: key(z.string().default(''), {
        description: 'URL; {to}, {text} and {from} are replaced, encoded for a URL.',
        sensitive: true,
        example: 'https://sms.example.org/send?to={to}',
      }),
      headers: key(z.record(z.string(), secret()).default({}), {
        description: 'Request headers; values may be secrets.',
      }),
      body: key(z.string().nullable().default(null), {
        description:
          'Body; {to}, {text} and {from} are replaced, encoded for the content type (JSON or form).',
        sensitive: true,
        example: '{"to": "{to}", "text": "{text}"}',
      }),
      contentType: key(z.string().default('application/json'), { description: 'Content-Type of the body.' }),
      from: key(z.string().default(''), { description: 'Value of {from}.' }),
      success: key(z.string().default('2xx'), {
        description: 'Status that means accepted: 2xx, or numbers like 200,202.',
      }),
    })
    .prefault({}),
})

export const notificationsSection = z.strictObject({
  email: email.prefault({}),
  sms: sms.prefault({}),
  giveUpAfter: key(duration('3d'), {
    description: 'How long an undelivered mail or message is tried again.',
  }),
})
