import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../../config/file-error.ts'
import { replaceFile } from '../../config/write-file.ts'
import { mappingKey } from '../../lookup/mappings.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { OldAnswer } from './old-server.ts'

/** An address to which both servers have different answers; null stands for "nobody". */
const differenceSchema = z.object({
  medium: z.enum(['email', 'msisdn']),
  address: z.string(),
  here: z.string().nullable(),
  there: z.string().nullable(),
  /** Milliseconds since the epoch, of the last time. */
  at: z.int(),
})

export const compareReportSchema = z.object({
  version: z.literal(1),
  /** Which server was asked. */
  with: z.string(),
  since: z.int(),
  until: z.int(),
  /** Addresses that both answered, as often as they were asked. */
  compared: z.int(),
  same: z.int(),
  /** Those that the old server could not answer, and why the last time. */
  failed: z.int(),
  lastFailure: z.string().nullable(),
  /** Those that came too fast to be asked. */
  leftOut: z.int(),
  differences: z.array(differenceSchema),
  /** Differences beyond the ones that are kept. */
  more: z.int(),
})

export type CompareReport = z.output<typeof compareReportSchema>
export type Difference = z.output<typeof differenceSchema>

/** Enough to see what is wrong; the file stays below a megabyte. */
export const DIFFERENCES_KEPT = 2_000

export function emptyReport(server: string, now: number): CompareReport {
  const none = { compared: 0, same: 0, failed: 0, lastFailure: null, leftOut: 0, differences: [], more: 0 }
  return { version: 1, with: server, since: now, until: now, ...none }
}

export interface Compared {
  readonly address: ThreePid
  readonly here: string | null
  readonly there: OldAnswer
}

/** The report with further comparisons in it. What was different and is the same now goes out of it. */
export function addCompared(
  report: CompareReport,
  compared: readonly Compared[],
  now: number,
): CompareReport {
  const differences = new Map(report.differences.map((each) => [mappingKey(each), each]))
  let { same, failed, lastFailure, more } = report
  for (const { address, here, there } of compared) {
    const key = mappingKey(address)
    if (there.outcome === 'failed') {
      failed++
      lastFailure = there.reason
    } else if (there.mxid === here) {
      same++
      differences.delete(key)
    } else if (differences.has(key) || differences.size < DIFFERENCES_KEPT) {
      const { medium, address: text } = address
      differences.set(key, { medium, address: text, here, there: there.mxid, at: now })
    } else more++
  }
  const answered = compared.filter(({ there }) => there.outcome === 'answered').length
  return {
    ...report,
    until: now,
    compared: report.compared + answered,
    same,
    failed,
    lastFailure,
    more,
    differences: [...differences.values()],
  }
}

const fileName = 'take-over-report.json'

/** What was compared so far; null when nothing was, or the file is none of ours. */
export async function readCompareReport(dataDir: string): Promise<CompareReport | null> {
  try {
    const read = compareReportSchema.safeParse(JSON.parse(await readFile(join(dataDir, fileName), 'utf8')))
    return read.success ? read.data : null
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

/** It holds addresses in full: readable by Signpost's own user only. */
export async function writeCompareReport(dataDir: string, report: CompareReport): Promise<void> {
  await replaceFile(join(dataDir, fileName), `${JSON.stringify(report, null, 2)}\n`)
}
