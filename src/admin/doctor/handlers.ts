import { buildBundle } from '../../doctor/bundle/build-bundle.ts'
import { runDoctor } from '../../doctor/run-doctor.ts'
import type { DoctorWorld } from '../../doctor/world.ts'
import type { Clock } from '../../runtime.ts'
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
    async 'POST /api/doctor'({ body: { areas } }) {
      const findings = await inWorld(async (world) => {
        const seen = []
        for await (const finding of runDoctor(world, areas === undefined ? {} : { areas }))
          seen.push(shownFinding(finding))
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
