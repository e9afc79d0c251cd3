import type { Backend } from '../backend.ts'
import { runChecks, type CheckWork } from '../check.ts'
import { probes } from '../contract/check.ts'
import type { BackendContext, CreateBackend } from '../kind.ts'
import type { ExecConfig } from './config.ts'
import { listPeople } from './listing.ts'
import { locate } from './locate.ts'
import { processorsOf, type ProcessorName, type Processors } from './processors.ts'
import { authenticate, findMappings, profile, search, type Programs } from './questions.ts'
import { createRunner } from './runner.ts'

/** Programs that answer questions; docs/exec-backend.md describes what they read and write. */
export const createExecBackend: CreateBackend<ExecConfig> = async (config, context) => {
  const { uses, unsuitable, defaultCountry, maxOutput, maxProcesses } = config
  const processors = processorsOf(config)
  const runner = createRunner(context, maxOutput, maxProcesses)
  const programs: Programs = {
    runner,
    processors,
    rules: { domain: context.domain, unsuitable, defaultCountry },
  }
  const has = (...names: readonly ProcessorName[]) => names.some((name) => processors[name] !== null)
  const { list } = processors

  const questions: Omit<Backend, 'check'> = {
    ...(uses.lookup &&
      has('identity.single', 'identity.bulk') && {
        findMappings: (addresses, { signal }) => findMappings(programs, addresses, signal),
      }),
    ...(uses.lookup &&
      list !== null && { listPeople: (order) => listPeople(programs, list, maxOutput, order) }),
    ...(uses.search &&
      has('directory.byName', 'directory.byThreepid') && {
        search: (query, { signal }) => search(programs, query, signal),
      }),
    ...(uses.authentication &&
      has('auth') && { authenticate: (login, { signal }) => authenticate(programs, login, signal) }),
    ...(uses.profile &&
      has('profile.displayName', 'profile.threePid', 'profile.roles') && {
        profile: (userId, { signal }) => profile(programs, userId, signal),
      }),
    close: async () => runner.close(),
  }

  return {
    ...questions,
    check: (asking) =>
      runChecks(context.clock, [settings(processors, context), ...probes(questions, context.domain, asking)]),
  }
}

/** Whether the programs are there; `timeout` and the other limits are seen when they are asked. */
function settings(processors: Processors, context: BackendContext): CheckWork {
  return [
    'settings',
    async () => {
      const files = new Set<string>()
      for (const processor of Object.values(processors)) {
        if (processor !== null) files.add(await locate(processor, context.dataDir))
      }
      return { detail: `The programs can be executed: ${[...files].join(', ')}.` }
    },
  ]
}
