import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { rowProblem } from './row-problem.ts'

const params = z.strictObject({ id: z.string().min(1).max(60) })
const medium = z.enum(['email', 'msisdn'])
const threepid = z.strictObject({ medium, address: z.string().max(500) })

const row = threepid.extend({ mxid: z.string(), displayName: z.string().nullable() })

/** Files of schools and companies are far below. */
const MAX_FILE_BYTES = 24 * 1024 * 1024

const file = z.strictObject({
  /** The bytes of a CSV file. */
  base64: z.base64(),
  /** Two letters: where numbers without a country code are dialled. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Write the two letters of a country: DE, AT, CH, GB.')
    .optional(),
  /** `replace` removes the rows that are not in the file. */
  mode: z.enum(['add', 'replace']),
})

const counts = z.strictObject({
  added: z.number(),
  /** With another Matrix ID or another name than before. */
  changed: z.number(),
  removed: z.number(),
  unchanged: z.number(),
})

const table = z.strictObject({
  people: z.number(),
  addresses: z.number(),
  /** Up to 200; `problemCount` has all. */
  problems: z.array(rowProblem),
  problemCount: z.number(),
  ignoredColumns: z.array(z.string()),
  /** Servers of Matrix IDs that are not ours: a slip there would send invitations to strangers. */
  elsewhere: z.array(z.strictObject({ server: z.string(), people: z.number() })),
  /** What an import without the bad rows does; null when nothing, or not all, of the file can be read. */
  result: counts.nullable(),
  sample: z.array(row),
})

export const listContract = describeRoutes({
  'GET /api/list/{id}': {
    summary: 'The rows of a list in the order of their addresses, page by page.',
    access: 'session',
    params,
    query: z.strictObject({
      /** Part of an address, a Matrix ID or a name. */
      search: z.string().max(200).optional(),
      /** `next` of the page before. */
      cursor: z.string().max(1_000).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({
      rows: z.array(row),
      next: z.string().nullable(),
      /** Of the whole list. */
      people: z.number(),
      addresses: z.number(),
    }),
  },
  'PUT /api/list/{id}/row': {
    summary: 'Adds a row, or changes the one named by `former`.',
    access: 'session',
    params,
    body: z.strictObject({
      /** As people write it. */
      address: z.string().max(500),
      /** A Matrix ID, or the localpart of one on the Matrix domain. */
      mxid: z.string().max(300),
      displayName: z.string().max(256).nullable(),
      former: threepid.optional(),
    }),
    answer: row,
    changes: 'list.row',
  },
  'POST /api/list/{id}/remove': {
    summary: 'Removes rows.',
    access: 'session',
    params,
    body: z.strictObject({ rows: z.array(threepid).min(1).max(10_000) }),
    answer: z.strictObject({ removed: z.number() }),
    changes: 'list.remove',
  },
  'POST /api/list/{id}/preview': {
    summary: 'What an import of a CSV file would do, and which of its rows cannot be used.',
    access: 'session',
    params,
    body: file,
    maxBodyBytes: MAX_FILE_BYTES,
    answer: table,
  },
  'POST /api/list/{id}/import': {
    summary: 'Takes the usable rows of a CSV file over, all in one step.',
    access: 'confirmed',
    params,
    body: file,
    maxBodyBytes: MAX_FILE_BYTES,
    answer: counts,
    changes: 'list.import',
  },
  'POST /api/list/{id}/export': {
    summary: 'All rows as the text of a CSV file.',
    access: 'session',
    params,
    answer: z.strictObject({ csv: z.string() }),
    changes: 'list.export',
  },
})
