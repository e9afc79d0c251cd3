import { maskText } from '../activity/masking.ts'
import type { CheckStep, SamplePerson } from '../backends/check.ts'
import { checkSteps } from '../backends/run-check.ts'
import type { BackendConfig } from '../backends/sections.ts'
import { createWorld } from '../backends/world.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { BackendCommandOptions } from './backend-commands.ts'
import { commandRuntime } from './command-runtime.ts'
import { chooseBackend } from './choose-backend.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { worldOf } from './open-directories.ts'

/** `signpost backend check ID`: each step as soon as it is done. Exit code 1 when one fails. */
export async function checkBackend(
  io: DataContext,
  id: string,
  { full }: BackendCommandOptions,
): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const section = chooseBackend(config, id)
  const report = (runtime: Runtime, storage: Storage | null) =>
    runCheck(io, config, section, full, runtime, storage)
  // Only the list stands in Signpost's own database; all others can be checked before there is one.
  if (section.type === 'list') return await withData(io, ({ runtime, storage }) => report(runtime, storage))
  return await report(commandRuntime(), null)
}

async function runCheck(
  io: DataContext,
  config: Config,
  section: BackendConfig,
  full: boolean,
  runtime: Runtime,
  storage: Storage | null,
): Promise<number> {
  const world = createWorld(await worldOf(io, config, runtime), runtime, storage)
  const steps: CheckStep[] = []
  if (!io.json) io.out(`${section.id} (${section.type})${section.enabled ? '' : ', not enabled'}`)
  for await (const step of checkSteps(section, world)) {
    const shown = full ? step : masked(step)
    steps.push(shown)
    if (!io.json) for (const line of describeStep(shown)) io.out(line)
  }
  const ok = steps.every(({ outcome }) => outcome !== 'failed')
  if (io.json) io.out(JSON.stringify({ id: section.id, type: section.type, ok, steps }))
  return ok ? exitCodes.fine : exitCodes.unexpected
}

function masked(step: CheckStep): CheckStep {
  return step.sample === undefined ? step : { ...step, sample: step.sample.map(maskedPerson) }
}

export function maskedPerson(person: SamplePerson): SamplePerson {
  return {
    ...person,
    key: maskText(person.key),
    addresses: person.addresses.map(maskText),
    problems: person.problems.map(maskText),
  }
}

function describeStep({ step, outcome, detail, fix, ms, sample }: CheckStep): string[] {
  return [
    `  ${outcome.padEnd(8)} ${step.padEnd(9)} ${detail} (${ms} ms)`,
    ...(fix === null ? [] : [`             Fix: ${fix}`]),
    ...(sample ?? []).flatMap(describePerson),
  ]
}

/** A person of a sample, indented as below a step. */
export function describePerson({ mxid, displayName, addresses, problems }: SamplePerson): string[] {
  const known = [displayName, ...addresses].filter(Boolean).join(', ')
  return [
    `             ${mxid ?? 'no Matrix ID'}  ${known}`.trimEnd(),
    ...problems.map((problem) => `               left out: ${problem}`),
  ]
}
