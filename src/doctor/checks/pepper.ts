import { latestPeppers } from '../../lookup/peppers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { ageOf } from '../durations.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'pepper-old': {
    status: 'warning',
    meaning:
      'The pepper of the lookup hashes is not changed as often as it should be: hashes seen once can be recognised longer.',
    cause: 'Signpost runs, but the rotation fails.',
    fix: 'Look into the log for "pepper", and change it by hand: signpost keys rotate-pepper',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const pepper: DoctorCheck = {
  code: 'pepper',
  area: 'keys',
  title: 'the age of the pepper',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ storage, config, server, runtime }) {
    const { db } = await storage.need()
    const { rotateEvery } = (await config.need()).lookup.pepper
    // One that does not run rotates at its next start.
    await server.need()
    const [newest] = await latestPeppers(db)
    if (newest === undefined) throw new NotPossible('There is no pepper yet.')
    const age = runtime.clock.now() - newest.createdAt
    const detail = `It is ${ageOf(age)} old; lookup.pepper.rotateEvery is ${ageOf(rotateEvery)}.`
    return [age > 2 * rotateEvery + 3_600_000 ? found('pepper-old', { detail }) : fine('pepper', detail)]
  },
}
