import { z } from 'zod'
import { importReportSchema } from '../../migrate/take-over/import-report.ts'
import { sourceKinds } from '../../migrate/import/source.ts'
import { compareReportSchema } from '../../migrate/take-over/report.ts'
import { describeRoutes } from '../api/route.ts'
import { triedPort } from '../gateway/tried-port.ts'
import { jobShape } from '../jobs/shapes.ts'

const kind = z.enum(sourceKinds)
const path = z.string().trim().min(1).max(1_000)

/** Where the other server is, as a person says it. */
const source = z.strictObject({
  kind,
  /** `upload`: the files that were sent here. */
  from: z.enum(['machine', 'upload']),
  /** Its configuration file, or the folder that holds it; for `machine`. */
  path: path.optional(),
  /** A file, or `postgres://USER:PASSWORD@HOST/DATABASE`. Default: what its configuration names. */
  database: path.optional(),
  /** Key store of mxisd and ma1sd. Default: what its configuration names. */
  keys: path.optional(),
  withoutKeys: z.boolean().optional(),
  /** Server name of the homeserver, where its configuration does not say it. */
  domain: z.string().trim().min(1).max(255).optional(),
  /** Let its values win over those that are set here. */
  replaceSettings: z.boolean().optional(),
  /** Whose address and port the public listener has afterwards. */
  listen: z.enum(['ours', 'theirs']).optional(),
})

const parts = ['config', 'database', 'keys'] as const

/** The address that the public listener would get. */
const listen = z.strictObject({ host: z.string(), port: z.number(), ...triedPort.shape })

const failure = z.strictObject({ code: z.string(), message: z.string(), fix: z.string() })

export const takeOverContract = describeRoutes({
  'GET /api/take-over': {
    summary:
      'Where the take-over of another identity server stands: files that were sent, the report, the outcome.',
    access: 'session',
    answer: z.strictObject({
      sent: z.array(z.strictObject({ part: z.enum(parts), path: z.string(), bytes: z.number() })),
      /** What was looked at last; null after a restart. */
      looked: z
        .strictObject({
          /** Milliseconds since the epoch. */
          at: z.number(),
          listen: listen.nullable(),
          /** Whose address the report is about. */
          listenAs: z.enum(['ours', 'theirs']).nullable(),
          report: importReportSchema,
        })
        .nullable(),
      /** Ordered, for the next start. */
      waiting: z.strictObject({ kind, requestedAt: z.number() }).nullable(),
      outcome: z
        .strictObject({ at: z.number(), report: importReportSchema.nullable(), error: failure.nullable() })
        .nullable(),
      /** Why Signpost did not start with the settings that came over; they are put aside then. */
      refused: z
        .strictObject({ code: z.string(), message: z.string(), fix: z.string(), keptAs: z.string() })
        .nullable(),
      canRestart: z.boolean(),
    }),
  },
  'PUT /api/take-over/files/{part}': {
    summary: 'Keeps a file of the other server until the import is done or forgotten.',
    access: 'session',
    params: z.strictObject({ part: z.enum(parts) }),
    /** Place within a key store: `regular/ed25519/0`. */
    query: z.strictObject({ path: z.string().max(300).optional() }),
    takesFile: true,
    answer: z.strictObject({}),
    changes: 'take-over.file',
  },
  'DELETE /api/take-over/files/{part}': {
    summary: 'Removes what was sent of a part.',
    access: 'session',
    params: z.strictObject({ part: z.enum(parts) }),
    answer: z.strictObject({}),
    changes: 'take-over.remove-file',
  },
  'POST /api/take-over/look': {
    summary: 'Looks what would come over, as a job; nothing is changed. The report is at GET /api/take-over.',
    access: 'session',
    body: source,
    answer: z.strictObject({ job: jobShape }),
  },
  'POST /api/take-over/apply': {
    summary:
      'Orders the import of what was looked at last: Signpost restarts and does it before it answers again.',
    access: 'confirmed',
    answer: z.strictObject({
      /** False where nobody can restart this process: it happens at its next start. */
      restarting: z.boolean(),
    }),
    changes: 'take-over.apply',
  },
  'GET /api/take-over/comparison': {
    summary: 'Where this server and the old one answered differently so far, with whole addresses.',
    access: 'session',
    answer: z.strictObject({
      /** The server that the settings name; null: none. */
      compareWith: z.string().nullable(),
      /** The one that is asked since the last start; null: none. */
      asked: z.string().nullable(),
      /** What clients asked, and what was compared of it. */
      report: compareReportSchema.nullable(),
      /** Of everything that is known here, when that was asked last; null after a restart. */
      all: compareReportSchema.nullable(),
    }),
  },
  'POST /api/take-over/compare': {
    summary: 'Asks both servers for every address that is known here, as a job.',
    access: 'session',
    answer: z.strictObject({ job: jobShape }),
    changes: 'take-over.compare',
  },
  'POST /api/take-over/cancel': {
    summary: 'Takes an order back that waits for the next start.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'take-over.cancel',
  },
  'POST /api/take-over/forget': {
    summary:
      'Forgets the report, the outcome and, unless it failed, the files that were sent; what came over stays.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'take-over.forget',
  },
})
