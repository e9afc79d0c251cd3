import { z } from 'zod'
import { cursorOf } from '../api/page-cursor.ts'
import { describeRoutes } from '../api/route.ts'

/** Longest list in rows: at Synapse's own pace it takes three weeks. */
export const MOST_ROWS = 5_000
const MAX_BODY_BYTES = 4 * 1024 * 1024

const csv = z.string().min(1).max(2_000_000)
const accessToken = z.string().trim().min(1).max(2_000)
const room = z.string().trim().min(2).max(255).regex(/^[!#]/, 'Write a room ID or an alias: !… or #…')
const params = z.strictObject({ id: z.string().min(1).max(60) })

const estimate = z.strictObject({
  /** Milliseconds since the epoch. */
  finishAt: z.number(),
  /** True when the homeserver has shown its pace; else it is what Synapse does by default. */
  measured: z.boolean(),
})

const rowState = z.enum(['waiting', 'mailed', 'invited', 'skipped', 'failed'])

const inviteList = z.strictObject({
  id: z.string(),
  state: z.enum(['running', 'paused', 'done', 'cancelled']),
  createdAt: z.number(),
  createdBy: z.string().nullable(),
  finishedAt: z.number().nullable(),
  roomId: z.string(),
  roomName: z.string().nullable(),
  sender: z.string(),
  counts: z.partialRecord(rowState, z.number()),
  total: z.number(),
  /** Null when nothing is left to do. */
  estimate: estimate.nullable(),
  problem: z.enum(['signed-out', 'forbidden', 'no-account', 'unreachable', 'broken', 'pace']).nullable(),
  /** What the homeserver said. */
  detail: z.string().nullable(),
})

const row = z.strictObject({
  position: z.number(),
  address: z.string(),
  mxid: z.string().nullable(),
  state: rowState,
  /** `in-room`, `invited-before`, `banned`, `blocked`, or what the homeserver said. */
  detail: z.string().nullable(),
  doneAt: z.number().nullable(),
})

export const inviteListsContract = describeRoutes({
  'POST /api/invite-lists/preview': {
    summary: 'What each row of a CSV file of addresses becomes when it is invited. Nobody is invited.',
    access: 'session',
    maxBodyBytes: MAX_BODY_BYTES,
    body: z.strictObject({ csv }),
    answer: z.strictObject({
      rows: z.array(
        z.strictObject({
          line: z.number(),
          address: z.string(),
          becomes: z.enum(['mail', 'direct', 'invalid', 'duplicate', 'blocked']),
          mxid: z.string().nullable(),
        }),
      ),
      /** True: there are more rows than one list takes. */
      tooMany: z.boolean(),
      estimate,
    }),
  },
  'POST /api/invite-lists/room': {
    summary: 'Looks whether an account can invite into a room. The access token is not kept.',
    access: 'session',
    body: z.strictObject({ accessToken, room }),
    answer: z.strictObject({
      /** `signed-out`: the token is of no use. `missing`: there is no such room. Others: the homeserver gave no answer. */
      result: z.enum([
        ...['done', 'signed-out', 'missing', 'forbidden'],
        ...['limited', 'broken', 'unreachable'],
      ] as const),
      said: z.string().nullable(),
      room: z
        .strictObject({
          userId: z.string(),
          roomId: z.string(),
          name: z.string().nullable(),
          isMember: z.boolean(),
          /** Null: the rules of the room do not tell. */
          mayInvite: z.boolean().nullable(),
        })
        .nullable(),
    }),
  },
  'POST /api/invite-lists': {
    summary:
      'Invites everybody of a CSV file into a room, at the pace of the homeserver. The access token is kept sealed until the end.',
    access: 'confirmed',
    maxBodyBytes: MAX_BODY_BYTES,
    body: z.strictObject({ csv, accessToken, room }),
    answer: z.strictObject({ id: z.string() }),
    changes: 'invite-lists.start',
  },
  'GET /api/invite-lists': {
    summary: 'Lists of people that are being invited, or were; the newest first.',
    access: 'session',
    answer: z.strictObject({ lists: z.array(inviteList) }),
  },
  'GET /api/invite-lists/{id}/rows': {
    summary: 'The people of one list, in the order of the file.',
    access: 'session',
    params,
    query: z.strictObject({
      state: rowState.optional(),
      cursor: cursorOf(z.tuple([z.number().int()])),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({ rows: z.array(row), next: z.string().nullable() }),
  },
  'POST /api/invite-lists/{id}/pause': {
    summary: 'Holds a list; what was sent stays sent.',
    access: 'session',
    params,
    answer: z.strictObject({ state: z.literal('paused') }),
    changes: 'invite-lists.pause',
  },
  'POST /api/invite-lists/{id}/resume': {
    summary: 'Goes on with a list, with another access token where the former one ended.',
    access: 'session',
    params,
    body: z.strictObject({ accessToken: accessToken.optional() }),
    answer: z.strictObject({ state: z.literal('running') }),
    changes: 'invite-lists.resume',
  },
  'POST /api/invite-lists/{id}/cancel': {
    summary: 'Ends a list for good and forgets its access token; what was sent stays sent.',
    access: 'session',
    params,
    answer: z.strictObject({ state: z.literal('cancelled') }),
    changes: 'invite-lists.cancel',
  },
})
