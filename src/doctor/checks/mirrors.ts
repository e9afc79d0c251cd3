import { z } from 'zod'
import { maskText } from '../../activity/masking.ts'
import { syncSettings } from '../../backends/mirrored.ts'
import type { BackendConfig } from '../../backends/sections.ts'
import { readSyncState, type SyncState } from '../../backends/sync/state.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { ageOf } from '../durations.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'mirror-failing': {
    status: 'problem',
    meaning: 'The copy of a directory is no longer brought up to date: changes there do not reach lookups.',
    cause: 'The directory does not answer, or refuses to list its people.',
    fix: 'See each step: signpost backend check ID - then try again: signpost backend sync ID',
  },
  'mirror-missing': {
    status: 'warning',
    meaning: 'There is no copy of a directory yet, so that hashed lookups do not find its people.',
    cause: 'Signpost was started a moment ago, or not since the backend was added.',
    fix: 'Wait for the first sync, or start it: signpost backend sync ID',
  },
  'mirror-stale': {
    status: 'warning',
    meaning: 'The copy of a directory is older than it should be.',
    cause: 'Signpost did not run, or a sync takes longer than the time between two.',
    fix: 'Start one and see how long it takes: signpost backend sync ID - then set sync.every of the backend accordingly.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const mirrors: DoctorCheck = {
  code: 'mirrors',
  area: 'backends',
  title: 'the copies of the directories',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run(world) {
    const mirrored = (await world.config.need()).backends.filter((backend) => syncSettings(backend) !== null)
    if (mirrored.length === 0) throw new NotPossible('No backend is copied.')
    return await Promise.all(mirrored.map((backend) => ofBackend(world, backend)))
  },
}

async function ofBackend({ storage, runtime }: DoctorWorld, backend: BackendConfig): Promise<Result> {
  const { id } = backend
  const { db } = await storage.need()
  const state = await readSyncState(db, id)
  const now = runtime.clock.now()
  if (state !== null && state.failures > 0) return ofFailure(state, now)
  const read = state?.succeeded_at ?? null
  if (state === null || read === null) {
    return found('mirror-missing', {
      subject: id,
      detail: 'It was never read.',
      fix: `signpost backend sync ${id}`,
    })
  }
  const { every = 0, timeout = 0 } = syncSettings(backend) ?? {}
  const age = now - read
  if (age > 3 * every + timeout) {
    return found('mirror-stale', {
      subject: id,
      detail: `It was last read ${ageOf(age)} ago; sync.every is ${ageOf(every)}.`,
      fix: `Start one and see how long it takes: signpost backend sync ${id}`,
    })
  }
  return fine('mirrors', `${state.people} people, read ${ageOf(age)} ago.`, id)
}

const failureSchema = z.object({ message: z.string(), fix: z.string() })

function ofFailure({ source, failures, failure, succeeded_at }: SyncState, now: number): Result {
  const { message = 'The reason was not kept.', fix } = failureSchema.safeParse(jsonOf(failure)).data ?? {}
  const since =
    succeeded_at === null ? 'It never worked.' : `It last worked ${ageOf(now - succeeded_at)} ago.`
  const times = failures === 1 ? 'The last sync failed' : `The last ${failures} syncs failed`
  return found('mirror-failing', {
    subject: source,
    detail: `${times}: ${maskText(message)} ${since}`,
    fix: `${fix === undefined ? '' : `${maskText(fix)} `}See each step: signpost backend check ${source}`,
  })
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
