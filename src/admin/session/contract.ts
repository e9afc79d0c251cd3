import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const name = z.string().trim().min(1).max(60)
const password = z.string().min(1).max(1024)

/** What the console has to know before anybody signs in. */
const sessionState = z.strictObject({
  /** `unclaimed`: the first start, nobody has a password yet. */
  state: z.enum(['unclaimed', 'signed-out', 'signed-in']),
  /** Null unless signed in. */
  name: z.string().nullable(),
  /** Whether the wizard has been finished (or the configuration was written by hand). */
  configured: z.boolean(),
  version: z.string(),
  /** Until when dangerous actions need no password, milliseconds since the epoch; null: they need it. */
  confirmedUntil: z.number().nullable(),
})

export const sessionContract = describeRoutes({
  'GET /api/session': {
    summary: 'Tells who is signed in, and whether this Signpost was claimed and set up.',
    access: 'open',
    answer: sessionState,
  },
  'POST /api/session/claim': {
    summary: 'Makes the first administrator with the one-time link of the start; works once.',
    access: 'open',
    body: z.strictObject({ token: z.string().min(1).max(200), name, password }),
    answer: sessionState,
    changes: 'session.claim',
  },
  'POST /api/session/link': {
    summary: 'Signs in with a single-use link of the desktop app or the command line.',
    access: 'open',
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    answer: sessionState,
    changes: 'session.link',
  },
  'POST /api/session': {
    summary: 'Signs in with a password.',
    access: 'open',
    body: z.strictObject({ name, password }),
    answer: sessionState,
    changes: 'session.sign-in',
  },
  'DELETE /api/session': {
    summary: 'Signs out.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'session.sign-out',
  },
  'POST /api/session/confirm': {
    summary: 'Types the password once more: dangerous actions are allowed for some minutes.',
    access: 'session',
    body: z.strictObject({ password }),
    answer: sessionState,
  },
})
