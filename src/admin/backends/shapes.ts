import { z } from 'zod'
import { dependencyState } from '../../activity/counters/dependency-state.ts'

/** A section of `backends` as the file has it; secrets are `{set: true}` on their way out, see `config/secret-values.ts`. */
export const section = z.record(z.string(), z.unknown())

export const backendUse = z.enum(['lookup', 'search', 'authentication', 'profile'])

/** A person as a directory has them and as Signpost reads them; for the operator, so in full. */
export const samplePerson = z.strictObject({
  key: z.string(),
  /** Null when no Matrix ID could be made. */
  mxid: z.string().nullable(),
  displayName: z.string().nullable(),
  /** `email anna@example.org` */
  addresses: z.array(z.string()),
  /** Why the person, or a value, is left out. */
  problems: z.array(z.string()),
})

/** One step of a check: what was tried and how it went. */
export const checkStep = z.strictObject({
  /** Stable: `settings`, `resolve`, `connect`, `tls`, `login`, `count`, `sample`, or one of a kind's own. */
  step: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed']),
  /** What was seen, as a sentence. */
  detail: z.string(),
  /** What to do, as a sentence; null when there is nothing to do. */
  fix: z.string().nullable(),
  ms: z.number(),
  sample: z.array(samplePerson).optional(),
})

/** A secret as the file has it, or `{set: true}`: the one that is stored. */
export const secretInput = z.union([
  z.string().max(4_000),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
  z.looseObject({ set: z.literal(true) }),
])

const failure = z.strictObject({ code: z.string(), message: z.string(), fix: z.string().nullable() })

/** How the copy of a directory is doing. Times are milliseconds since the epoch. */
const syncState = z.strictObject({
  succeededAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  nextAt: z.number(),
  /** Of the last sync; null when it succeeded. */
  failure: failure.nullable(),
  people: z.number(),
  addresses: z.number(),
  rejected: z.number(),
  conflicts: z.number(),
})

/** A backend of the file, and how it is doing. */
export const backendShape = z.strictObject({
  id: z.string(),
  type: z.string(),
  enabled: z.boolean(),
  /** What it may be asked for; those that its kind cannot do are absent. */
  uses: z.array(z.strictObject({ use: backendUse, on: z.boolean() })),
  section,
  /** `running`: as the file has it. `waiting`: a restart brings it in line with the file. */
  state: z.enum(['running', 'waiting', 'off']),
  health: z.strictObject({
    state: dependencyState,
    since: z.number().nullable(),
    /** It failed too often and is left alone for a while. */
    isLeftAlone: z.boolean(),
    lastError: failure.extend({ at: z.number() }).nullable(),
  }),
  /** Null: it has no copy here. */
  sync: syncState.nullable(),
  /** Of a list: what it holds. */
  rows: z.strictObject({ people: z.number(), addresses: z.number() }).nullable(),
})

const threepid = z.strictObject({ medium: z.enum(['email', 'msisdn']), address: z.string() })

const rejection = z.strictObject({
  field: z.enum(['user', 'email', 'phone']),
  value: z.string(),
  reason: z.string(),
})

/** An entry of a directory beside what Signpost makes of it. */
export const xrayRow = z.strictObject({
  key: z.string(),
  /** As the directory writes it; null where that could not be read. */
  raw: z
    .strictObject({
      user: z.string(),
      displayName: z.string().nullable(),
      emails: z.array(z.string()),
      phones: z.array(z.string()),
    })
    .nullable(),
  /** Null: the whole entry is left out. */
  mxid: z.string().nullable(),
  displayName: z.string().nullable(),
  addresses: z.array(threepid),
  rejections: z.array(rejection),
  /** Addresses that others claim as well; the first Matrix ID is the answer. */
  contested: z.array(threepid.extend({ mxids: z.array(z.string()) })),
  /** Other entries with the same Matrix ID. */
  twins: z.array(z.string()),
})

export const mirrorProblems = z.strictObject({
  rejected: z.array(
    z.strictObject({ key: z.string(), mxid: z.string().nullable(), values: z.array(rejection) }),
  ),
  conflicts: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('address'),
        medium: z.string(),
        address: z.string(),
        mxids: z.array(z.string()),
      }),
      z.strictObject({ type: z.literal('user'), mxid: z.string(), keys: z.array(z.string()) }),
    ]),
  ),
})
