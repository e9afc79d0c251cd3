import { buildBundle } from '../../doctor/bundle/build-bundle.ts'
import { allChecks } from '../../doctor/all-checks.ts'
import type { DoctorCheck } from '../../doctor/check.ts'
import { runDoctor } from '../../doctor/run-doctor.ts'
import type { DoctorWorld } from '../../doctor/world.ts'
import type { Clock } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { doctorContract } from './contract.ts'
import { shownFinding } from './shown-finding.ts'

export interface DoctorAreaOptions {
  readonly clock: Clock
  /** A world of its own for every run; it is closed at the end. */
  readonly openWorld: () => DoctorWorld
}

export function createDoctorHandlers({
  clock,
  openWorld,
}: DoctorAreaOptions): Handlers<typeof doctorContract> {
  return {
    async 'POST /api/doctor'({ body: { areas, checks } }) {
      const chosen = {
        ...(areas === undefined ? {} : { areas }),
        ...(checks === undefined ? {} : { checks: checks.map(checkOf) }),
      }
      const findings = await inWorld(async (world) => {
        const seen = []
        for await (const finding of runDoctor(world, chosen)) seen.push(shownFinding(finding))
        return seen
      })
      return { findings, at: clock.now() }
    },
    async 'POST /api/doctor/bundle'() {
      const text = await inWorld((world) => buildBundle(world))
      const day = new Date(clock.now()).toISOString().slice(0, 10)
      return { fileName: `signpost-bundle-${day}.json`, text }
    },
  }

  async function inWorld<T>(work: (world: DoctorWorld) => Promise<T>): Promise<T> {
    const world = openWorld()
    try {
      return await work(world)
    } finally {
      await world.close()
    }
  }
}

function checkOf(code: string): DoctorCheck {
  const check = allChecks.find((one) => one.code === code)
  if (check !== undefined) return check
  const problem = { path: 'checks', message: `There is no check "${code}".`, fix: 'See docs/doctor.md.' }
  throw new AdminError('invalid', { problems: [problem] })
}
