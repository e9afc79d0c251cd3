import { maskText } from '../../activity/masking.ts'
import type { Backend } from '../../backends/backend.ts'
import type { CheckStep } from '../../backends/check.ts'
import { createBackendContext } from '../../backends/context.ts'
import { asBackendFailure } from '../../backends/failure.ts'
import { createBackend } from '../../backends/kinds.ts'
import { createWorld, worldSettings } from '../../backends/world.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import { sealingKeyOr } from '../secrets.ts'

const faults = {
  'backend-settings': {
    status: 'problem',
    meaning: 'A directory cannot be asked, since its section in signpost.yaml does not fit.',
    cause: 'A secret, a file or a program that it names is missing.',
    fix: 'See each step: signpost backend check ID',
  },
  'backend-unreachable': {
    status: 'problem',
    meaning: 'A directory is not reached: its people are found from the copy only, and new ones not at all.',
    cause: 'It is down, a firewall stands in between, or its name or port is wrong.',
    fix: 'See each step: signpost backend check ID',
  },
  'backend-tls': {
    status: 'problem',
    meaning: 'The connection to a directory cannot be secured.',
    cause:
      'Its certificate is for another name, has run out, or comes from an authority that this machine does not trust.',
    fix: 'Name its authority in caFile of the backend, and its right host name. See each step: signpost backend check ID',
  },
  'backend-login': {
    status: 'problem',
    meaning: 'A directory does not accept the login of Signpost.',
    cause: 'The password was changed or has run out, or the account is locked.',
    fix: 'Set the password anew: signpost seal - then see each step: signpost backend check ID',
  },
  'backend-answer': {
    status: 'problem',
    meaning: 'A directory answers, but not with what Signpost needs.',
    cause: 'The base, the table, the attributes or the rights do not fit.',
    fix: 'See each step: signpost backend check ID',
  },
  'backend-warning': {
    status: 'warning',
    meaning: 'A directory works, and something about it is not as it should be.',
    cause: 'The finding says what was seen.',
    fix: 'See each step: signpost backend check ID',
  },
} as const satisfies Faults

type BackendFault = keyof typeof faults
const found = reporterOf(faults)

/** Counting everybody may take long; a directory that is down shows earlier. */
const LIMIT_MS = 5_000

export const backends: DoctorCheck = {
  code: 'backends',
  area: 'backends',
  title: 'every backend',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world) {
    const config = await world.config.need()
    const enabled = config.backends.filter((backend) => backend.enabled)
    if (enabled.length === 0) throw new NotPossible('No backend is switched on.')
    const { authorities } = await world.network.need()
    const { dataDir, env, runtime } = world
    // A key that cannot be used is reported by its own check; secrets that need it then do not open.
    const sealingKey = await sealingKeyOr(world).catch(() => runtime.random.bytes(32))
    const settings = worldSettings({ config, dataDir, env, authorities, sealingKey })
    const storage = await world.storage.look().catch(() => null)
    const shared = createWorld(settings, runtime, storage)
    const checked = enabled.map(async (section) => {
      if (section.type === 'list') await world.storage.need()
      const open = () => createBackend(section, createBackendContext(section, shared))
      // An empty list is nothing to worry about beside another directory.
      const isExtra = section.type === 'list' && enabled.length > 1
      return await checkOne(section.id, open, isExtra)
    })
    return (await Promise.all(checked)).flat()
  },
}

async function checkOne(
  id: string,
  open: () => Promise<Backend>,
  isExtra: boolean,
): Promise<readonly Result[]> {
  const steps: CheckStep[] = []
  try {
    const backend = await open()
    const signal = AbortSignal.timeout(LIMIT_MS)
    for await (const step of backend.check({ signal, requester: null })) steps.push(step)
    await backend.close()
  } catch (error) {
    const { message, fix } = asBackendFailure(error)
    return [ofStep(id, 'backend-settings', { detail: message, fix })]
  }
  const results = steps
    .filter(({ outcome }) => outcome === 'failed' || (outcome === 'warning' && !isExtra))
    .map((step) => ofStep(id, step.outcome === 'warning' ? 'backend-warning' : codeOf(step), step))
  if (results.length > 0) return results
  const last = steps.findLast(({ step }) => step !== 'sample')
  return [fine('backends', last?.detail ?? 'It answers.', id)]
}

function ofStep(id: string, code: BackendFault, step: Pick<CheckStep, 'detail' | 'fix'>): Result {
  const more = `See each step: signpost backend check ${id}`
  const fix = step.fix === null ? more : `${maskText(step.fix)} ${more}`
  // A step may quote what the directory said, which may be about a person.
  return found(code, { subject: id, detail: maskText(step.detail), fix })
}

const codes: Readonly<Record<string, BackendFault>> = {
  settings: 'backend-settings',
  resolve: 'backend-unreachable',
  connect: 'backend-unreachable',
  file: 'backend-unreachable',
  tls: 'backend-tls',
  login: 'backend-login',
}

const codeOf = ({ step }: CheckStep) => codes[step] ?? 'backend-answer'
