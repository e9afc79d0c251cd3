import { join } from 'node:path'
import { systemErrorCode } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { notedKey } from '../../keys/key-guard.ts'
import { readKeyFile, type KeyFile } from '../../keys/key-file.ts'
import { openKeyRing } from '../../keys/key-ring.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { accessOf } from '../file-access.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'signing-keys-missing': {
    status: 'warning',
    meaning: 'There are no keys yet that sign for this identity server.',
    cause: 'Signpost was never started here; its first start makes them.',
    fix: 'Start Signpost once. After a move: put signing-keys.json of the former machine into the data directory first.',
  },
  'signing-keys-damaged': {
    status: 'problem',
    meaning: 'The file with the signing keys cannot be used, so that Signpost does not start.',
    cause: 'It was cut off or edited.',
    fix: 'Restore signing-keys.json from a backup; do not delete it: invitations in rooms need the old keys.',
  },
  'signing-keys-unreadable': {
    status: 'problem',
    meaning: 'The file with the signing keys cannot be read, so that Signpost does not start.',
    cause: 'It belongs to another user.',
    fix: 'Give it to the user that runs Signpost: chown signpost: signing-keys.json',
  },
  'signing-keys-exposed': {
    status: 'problem',
    meaning:
      'Other users of this machine can read the keys that sign, and could accept invitations of others.',
    cause: 'The file was copied with rights that are too wide.',
    fix: 'Run: chmod 600 signing-keys.json - and if somebody may have read it: signpost keys rotate',
  },
  'signing-key-differs': {
    status: 'problem',
    meaning:
      'The signing key is not the one that this database was used with: old invitations cannot be accepted.',
    cause: "The database was restored without its key file, or the key file is another installation's.",
    fix: 'Put the signing-keys.json that belongs to this database into the data directory, and start again.',
  },
  'signing-key-old': {
    status: 'warning',
    meaning: 'The key that signs is more than five years old. Nothing is broken.',
    cause: 'Nobody has changed it since the installation.',
    fix: 'Change it some quiet day: signpost keys rotate - and restart. The old key stays valid for what it signed.',
  },
} as const satisfies Faults

const FIVE_YEARS_MS = 5 * 365 * 86_400_000

const found = reporterOf(faults)

export const signingKeys: DoctorCheck = {
  code: 'signing-keys',
  area: 'keys',
  title: 'the signing keys',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run(world) {
    const file = join(world.dataDir, 'signing-keys.json')
    const read = await readKeyFile(file).catch((error: unknown) => unusable(error, file))
    if (read === null) return [found('signing-keys-missing', { detail: `${file} does not exist.` })]
    if ('code' in read) return [read]
    const results = [...(await ofRights(file)), ...ofAge(read, world), ...(await ofDatabase(world, file))]
    return results.length > 0 ? results : [fine('signing-keys', describe(read))]
  },
}

function unusable(error: unknown, file: string): Result {
  if (error instanceof OperatorError) {
    return found('signing-keys-damaged', { detail: error.likelyCause })
  }
  if (systemErrorCode(error) === undefined) throw error
  return found('signing-keys-unreadable', {
    detail: `The user that runs this command may not read ${file}.`,
  })
}

async function ofRights(file: string): Promise<readonly Result[]> {
  const access = await accessOf(file)
  if (access === null || !access.isShared) return []
  return [
    found('signing-keys-exposed', {
      detail: `${file} has the rights ${access.mode}.`,
      fix: `Run: chmod 600 '${file}' - and if somebody may have read it: signpost keys rotate`,
    }),
  ]
}

const activeIn = ({ keys }: KeyFile) => keys.findLast(({ retiredAt }) => retiredAt === null)

function ofAge(file: KeyFile, { runtime }: DoctorWorld): readonly Result[] {
  const active = activeIn(file)
  if (active === undefined || runtime.clock.now() - active.createdAt < FIVE_YEARS_MS) return []
  return [found('signing-key-old', { detail: `${active.id} was made on ${dayOf(active.createdAt)}.` })]
}

/** Looks only once the server has written its key down: a doctor leaves no facts behind. */
async function ofDatabase(world: DoctorWorld, file: string): Promise<readonly Result[]> {
  const storage = await world.storage.look().catch(() => null)
  if (storage === null) return []
  const { id, publicKey } = (await openKeyRing(file, world.runtime)).active()
  const noted = await notedKey(storage, id)
  if (noted === null || noted === publicKey) return []
  return [found('signing-key-differs', { detail: `The database knows another key ${id}.` })]
}

function describe(file: KeyFile): string {
  const active = activeIn(file)
  return active === undefined ? 'All are retired.' : `${active.id} signs, made on ${dayOf(active.createdAt)}.`
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
