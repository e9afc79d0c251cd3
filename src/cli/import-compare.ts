import { compareAll } from '../migrate/take-over/compare-all.ts'
import { openOldServer } from '../migrate/take-over/open.ts'
import { readCompareReport, type CompareReport, type Difference } from '../migrate/take-over/report.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { withDirectories } from './open-directories.ts'
import { openOutbound } from '../open-outbound.ts'
import { UsageError } from './usage-error.ts'

export interface CompareOrder {
  /** Ask now, for everything that is known; else read what was compared so far. */
  readonly all: boolean
  readonly full: boolean
}

const SHOWN = 20

/** `signpost import compare`: exit code 3 when the two servers differ, or the old one could not be asked. */
export async function runCompare(io: DataContext, { all, full }: CompareOrder): Promise<number> {
  const report = all ? await compareNow(io) : await readCompareReport(io.dataDir)
  if (report === null) {
    io.err('Nothing has been compared yet. Set migration.compareWith and restart Signpost, or add --all.')
    return exitCodes.notFound
  }
  if (io.json) io.out(JSON.stringify(report))
  else for (const line of describe(report, full)) io.out(line)
  return report.differences.length === 0 && report.failed === 0 ? exitCodes.fine : exitCodes.notFound
}

async function compareNow(io: DataContext): Promise<CompareReport | null> {
  return await withData(io, (data) =>
    withDirectories(io, data, async ({ lookup, storage }) => {
      const { http } = await openOutbound(io, data)
      try {
        const opened = await openOldServer(data.config, http, data.secrets)
        if (opened === null)
          throw new UsageError('signpost.yaml does not name the old server (migration.compareWith).')
        let last: CompareReport | null = null
        const { signal } = new AbortController()
        for await (const report of compareAll({
          ...opened,
          storage,
          runtime: data.runtime,
          lookup,
          signal,
        })) {
          last = report
          if (!io.json) io.err(`${report.compared} addresses compared, ${report.differences.length} differ`)
        }
        return last
      } finally {
        await http.close()
      }
    }),
  )
}

function describe(report: CompareReport, full: boolean): readonly string[] {
  const { compared, same, failed, lastFailure, leftOut, differences, more } = report
  const shown = full ? differences : differences.slice(0, SHOWN)
  const hidden = differences.length - shown.length + more
  return [
    `Compared with ${report.with}, ${time(report.since)} to ${time(report.until)}`,
    `  ${compared} answers, ${same} the same, ${differences.length + more} different`,
    ...(failed === 0 ? [] : [`  ${failed} could not be asked there. ${lastFailure}`]),
    ...(leftOut === 0 ? [] : [`  ${leftOut} were left out (migration.perMinute)`]),
    ...shown.map((difference) => `  ${describeDifference(difference)}`),
    ...(hidden === 0 ? [] : [`  and ${hidden} more`]),
  ]
}

const describeDifference = ({ address, here, there }: Difference) =>
  `${address}: here ${here ?? 'nobody'}, there ${there ?? 'nobody'}`

const time = (milliseconds: number) => new Date(milliseconds).toISOString()
