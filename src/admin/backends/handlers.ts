import type { CheckStep } from '../../backends/check.ts'
import { checkSteps } from '../../backends/run-check.ts'
import type { Sealer } from '../../config/sealing.ts'
import type { Handlers } from '../api/serve.ts'
import type { backendsContract } from './contract.ts'
import { guessSection } from './guess.ts'
import { readSection, restoredSection } from './sections.ts'
import { openTrialWorld, type TrialOptions } from './world.ts'

export interface BackendsAreaOptions extends TrialOptions {
  readonly sealer: Sealer
}

export function createBackendsHandlers(options: BackendsAreaOptions): Handlers<typeof backendsContract> {
  const { sealer } = options
  return {
    async 'POST /api/backends/check'({ body: { section, draft } }) {
      const { world, former } = await openTrialWorld(options, draft)
      const config = readSection(restoredSection(section, former, sealer))
      const steps: CheckStep[] = []
      for await (const step of checkSteps(config, world)) steps.push(step)
      return { steps }
    },

    async 'POST /api/backends/guess'({ body }) {
      return await guessSection(body, await openTrialWorld(options, body.draft), sealer)
    },
  }
}
