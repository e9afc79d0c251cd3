import { systemErrorCode } from '../../config/file-error.ts'
import type { DoctorCheck, Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'disk-full': {
    status: 'problem',
    meaning: 'The disk is full or nearly so: Signpost can no longer keep what it is told.',
    cause: 'Logs, mails or backups have grown, or the disk is small.',
    fix: 'Free some space. What is large: du -xh / | sort -h | tail -20',
  },
  'disk-nearly-full': {
    status: 'warning',
    meaning: 'The disk that holds the data directory will soon be full.',
    cause: 'Logs, mails or backups have grown, or the disk is small.',
    fix: 'Free some space, or give the disk more. What is large: du -xh / | sort -h | tail -20',
  },
} as const satisfies Faults

const found = reporterOf(faults)

const MEGABYTE = 1024 * 1024
const LITTLE = 500 * MEGABYTE
const LITTLE_SHARE = 0.05
/** A twentieth of a large disk is plenty all the same. */
const PLENTY = 5_000 * MEGABYTE
const NOTHING = 50 * MEGABYTE

export const diskSpace: DoctorCheck = {
  code: 'disk-space',
  area: 'storage',
  title: 'the space on the disk',
  faults,
  async run({ dataDir, machine }) {
    const { free, total } = await machine.diskSpace(dataDir).catch((error: unknown) => {
      if (systemErrorCode(error) === undefined) throw error
      throw new NotPossible('This needs a data directory.')
    })
    const detail = `${inMegabytes(free)} of ${inMegabytes(total)} are free for ${dataDir}.`
    if (free < NOTHING) return [found('disk-full', { detail })]
    if (free < LITTLE || (free < PLENTY && free < total * LITTLE_SHARE)) {
      return [found('disk-nearly-full', { detail })]
    }
    return [fine('disk-space', detail)]
  },
}

const inMegabytes = (bytes: number) => `${Math.floor(bytes / MEGABYTE)} MB`
