import { z } from 'zod'
import { replaceFile } from '../../../config/write-file.ts'
import { readText } from '../tls-files.ts'
import { acmeFailureCodes, type AcmeFailureCode } from './failure.ts'

const time = z.number()

/** What has to be remembered over a restart. All times in milliseconds since the epoch. */
const stateSchema = z.object({
  /** An order that was begun, with the key that its certificate is for. */
  order: z
    .object({ directory: z.string(), url: z.string(), names: z.array(z.string()), key: z.string() })
    .nullable(),
  /** What the staging directory has issued for: see `wantedBy`. */
  stagingPassed: z.string().nullable(),
  /** Who issued the present certificate: its SHA-256 fingerprint, and the directory. */
  issued: z.object({ fingerprint: z.string(), directory: z.string() }).nullable(),
  /** What the authority last said about renewing it. */
  advice: z
    .object({
      fingerprint: z.string(),
      at: time,
      checkAgainAt: time,
      window: z.object({ start: time, end: time }).nullable(),
    })
    .nullable(),
  failure: z
    .object({
      /** What was wanted when it failed; other wishes are not kept waiting. */
      wanted: z.string(),
      at: time,
      code: z.enum(Object.keys(acmeFailureCodes) as [AcmeFailureCode, ...AcmeFailureCode[]]),
      detail: z.string(),
      fix: z.string(),
      /** In a row. */
      count: z.int(),
      nextAttempt: time,
    })
    .nullable(),
})

export type AcmeState = z.output<typeof stateSchema>

export const emptyState: AcmeState = {
  order: null,
  stagingPassed: null,
  issued: null,
  advice: null,
  failure: null,
}

/** Nothing in it is irreplaceable: a damaged file counts as none. */
export async function readAcmeState(file: string): Promise<AcmeState> {
  const text = await readText(file)
  try {
    return text === null ? emptyState : stateSchema.parse(JSON.parse(text))
  } catch {
    return emptyState
  }
}

export async function writeAcmeState(file: string, state: AcmeState): Promise<void> {
  await replaceFile(file, `${JSON.stringify(state, null, 2)}\n`)
}
