import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const name = z.string().trim().min(1).max(60)
const password = z.string().min(1).max(1024)
const token = z.string().min(1).max(200)

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

/** A browser in which the administrator is signed in. Times are milliseconds since the epoch. */
const openSession = z.strictObject({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  createdAt: z.number(),
  /** To the minute. */
  seenAt: z.number(),
  clientAddress: z.string(),
  userAgent: z.string(),
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
    body: z.strictObject({ token, name, password }),
    answer: sessionState,
    changes: 'session.claim',
  },
  'POST /api/session/link': {
    summary: 'Signs in with a single-use link of the desktop app or the command line.',
    access: 'open',
    body: z.strictObject({ token }),
    answer: sessionState,
    changes: 'session.link',
  },
  'POST /api/session/reset': {
    summary: 'Sets a new password with a reset link, ends all sessions, and signs in.',
    access: 'open',
    body: z.strictObject({ token, password }),
    answer: sessionState,
    changes: 'session.reset',
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
    summary: 'Types the password once more: dangerous actions are allowed for ten minutes.',
    access: 'session',
    body: z.strictObject({ password }),
    answer: sessionState,
  },
  'POST /api/session/password': {
    summary: 'Changes the own password. All sessions end, and this browser gets a new one.',
    access: 'confirmed',
    body: z.strictObject({ password }),
    answer: sessionState,
    changes: 'session.password',
  },
  'GET /api/sessions': {
    summary: 'Lists the browsers in which the administrator is signed in.',
    access: 'session',
    answer: z.strictObject({ sessions: z.array(openSession) }),
  },
  'DELETE /api/sessions/{id}': {
    summary: 'Signs another browser out.',
    access: 'session',
    params: z.strictObject({ id: z.string().min(1).max(40) }),
    answer: z.strictObject({}),
    changes: 'session.end',
  },
  'POST /api/sessions/end-others': {
    summary: 'Signs every other browser of the administrator out.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'session.end-others',
  },
})
