import { z } from 'zod'

/** A section of `backends` as the file has it; secrets are `{set: true}` on their way out, see `config/secret-values.ts`. */
export const section = z.record(z.string(), z.unknown())

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
