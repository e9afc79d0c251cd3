import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { explainSystemError, systemErrorCode } from '../../config/file-error.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { accessOf } from '../file-access.ts'
import type { Machine } from '../machine.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'data-directory-missing': {
    status: 'problem',
    meaning: 'There is no data directory, so that nothing is set up.',
    cause: 'Signpost was never started here, or --data (SIGNPOST_DATA) names another folder.',
    fix: 'Choose the right folder with --data DIR, or start Signpost once: it makes one.',
  },
  'data-directory-exposed': {
    status: 'problem',
    meaning: 'Other users of this machine can write to the data directory, and so replace keys and settings.',
    cause: 'The folder was made by hand.',
    fix: 'Take the rights away: chmod 700 DIR',
  },
  'data-directory-not-writable': {
    status: 'problem',
    meaning: 'Signpost cannot write to its data directory, so that it keeps nothing.',
    cause: 'The folder belongs to another user, or the disk is mounted read-only.',
    fix: 'Give the folder to the user that runs Signpost: chown -R signpost: DIR',
  },
  'files-of-another-user': {
    status: 'warning',
    meaning:
      'Files in the data directory belong to another user than the folder; Signpost may not read or write them.',
    cause: 'A command was once run as another user (often root).',
    fix: 'Give them back: chown -R signpost: DIR',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const dataDirectory: DoctorCheck = {
  code: 'data-directory',
  area: 'storage',
  title: 'the rights of the data directory',
  faults,
  async run({ dataDir, machine }) {
    const names = await readdir(dataDir).catch((error: unknown) => {
      const code = systemErrorCode(error)
      if (code === undefined) throw error
      return { code, detail: explainSystemError(error, dataDir) }
    })
    if ('code' in names) {
      const code = names.code === 'ENOENT' ? 'data-directory-missing' : 'data-directory-not-writable'
      return [found(code, { detail: names.detail })]
    }
    const results = [...(await ofRights(dataDir, machine)), ...(await ofOwners(dataDir, names))]
    return results.length > 0 ? results : [fine('data-directory', `${dataDir} can be read and written.`)]
  },
}

async function ofRights(dataDir: string, machine: Machine): Promise<readonly Result[]> {
  if (!(await machine.mayUse(dataDir))) {
    const detail = `The user that runs this command may not write to ${dataDir}.`
    return [found('data-directory-not-writable', { detail, fix: `chown -R signpost: '${dataDir}'` })]
  }
  const rights = await accessOf(dataDir)
  if (rights?.others.write !== true) return []
  const detail = `${dataDir} has the rights ${rights.mode}.`
  return [found('data-directory-exposed', { detail, fix: `Take the rights away: chmod 700 '${dataDir}'` })]
}

/** The folder tells who Signpost's user is: the server made it. */
async function ofOwners(dataDir: string, names: readonly string[]): Promise<readonly Result[]> {
  const folder = await accessOf(dataDir)
  if (folder === null) return []
  const owners = await Promise.all(names.map((name) => accessOf(join(dataDir, name))))
  const foreign = names.filter((_, index) => (owners[index] ?? folder).owner !== folder.owner)
  if (foreign.length === 0) return []
  const list = foreign.slice(0, 5).join(', ')
  return [
    found('files-of-another-user', {
      detail: `${foreign.length === 1 ? 'One' : foreign.length} of the files in ${dataDir}: ${list}`,
      fix: `Give them back: chown -R --reference='${dataDir}' '${dataDir}'`,
    }),
  ]
}
