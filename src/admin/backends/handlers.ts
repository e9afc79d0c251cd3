import type { Activity } from '../../activity/activity.ts'
import type { CheckStep } from '../../backends/check.ts'
import { checkSteps } from '../../backends/run-check.ts'
import { readProblems } from '../../backends/sync/problems.ts'
import type { ConfigHolder } from '../../config/apply.ts'
import type { Directories } from '../../directories.ts'
import type { Handlers } from '../api/serve.ts'
import type { EventHub } from '../events/hub.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { backendsContract } from './contract.ts'
import { createSectionEditor, type EditOptions } from './edit.ts'
import { guessSection } from './guess.ts'
import { describeKinds } from './kinds.ts'
import { readOverview, type OverviewOptions } from './overview.ts'
import { readSection, restoredSection, type SectionValues } from './sections.ts'
import { startSync } from './sync-job.ts'
import { openTrialWorld, type TrialOptions } from './world.ts'
import { comparePeople, xrayPeople } from './xray/xray.ts'

export interface BackendsAreaOptions
  extends EditOptions, TrialOptions, Omit<OverviewOptions, 'dependencies'> {
  readonly holder: Pick<ConfigHolder, 'restartNeeded'>
  readonly directories: Pick<Directories, 'backends' | 'syncs'>
  readonly activity: Pick<Activity, 'dependencies'>
  readonly live: { readonly jobs: Jobs; readonly hub: Pick<EventHub, 'publish'> }
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
}

/** How many problems of each kind are worth looking at; the x-ray has all. */
const MOST_PROBLEMS = 200

export function createBackendsHandlers(options: BackendsAreaOptions): Handlers<typeof backendsContract> {
  const { storage, sealer, holder, live } = options
  const { dependencies } = options.activity
  const editor = createSectionEditor(options)

  /** A section as it was sent, with its secrets, in the world of the file or of the wizard's draft. */
  async function opened(section: SectionValues, draft = false) {
    const { world, former } = await openTrialWorld(options, draft)
    return { world, former, config: readSection(restoredSection(section, former, sealer)) }
  }

  return {
    async 'GET /api/backends'() {
      return {
        ...(await readOverview({ ...options, dependencies })),
        restartNeeded: holder.restartNeeded().includes('backends'),
        canRestart: options.requestRestart !== null,
      }
    },

    async 'GET /api/backend-kinds'() {
      return { kinds: describeKinds() }
    },

    async 'POST /api/backends'({ body }, { caller }) {
      return await editor.add(caller, body.section)
    },

    async 'PUT /api/backends'({ body }, { caller }) {
      return await editor.order(caller, body.order)
    },

    async 'PUT /api/backends/{id}'({ params, body }, { caller }) {
      return await editor.change(caller, params.id, body.section)
    },

    async 'DELETE /api/backends/{id}'({ params }, { caller }) {
      return await editor.remove(caller, params.id)
    },

    async 'POST /api/backends/check'({ body: { section, draft, run } }) {
      const { world, config } = await opened(section, draft)
      const steps: CheckStep[] = []
      for await (const step of checkSteps(config, world)) {
        const { sample: _sample, ...told } = step
        if (run !== undefined) live.hub.publish('check-step', { run, step: told })
        steps.push(step)
      }
      return { steps }
    },

    async 'POST /api/backends/guess'({ body }) {
      return await guessSection(body, await openTrialWorld(options, body.draft), sealer)
    },

    async 'POST /api/backends/xray'({ body }) {
      const { world, config } = await opened(body.section)
      return await xrayPeople(config, world)
    },

    async 'POST /api/backends/xray/compare'({ body }) {
      const { world, former, config } = await opened(body.section)
      const stored = former.find(({ id }) => id === body.id) ?? {}
      return await comparePeople(readSection(stored), config, world)
    },

    async 'POST /api/backends/{id}/sync'({ params, body }, { note }) {
      const jobs = live.jobs
      const job = startSync({ ...options, jobs }, params.id, body)
      note({ target: params.id, after: body })
      return job
    },

    async 'GET /api/backends/{id}/problems'({ params }) {
      return await readProblems(storage.db, params.id, MOST_PROBLEMS)
    },
  }
}
