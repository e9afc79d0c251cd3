import { resolve } from 'node:path'
import { OperatorError } from '../../config/operator-error.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { configuredSecrets, type ConfiguredSecret } from '../configured-secrets.ts'
import { accessOf } from '../file-access.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'secret-unreadable': {
    status: 'problem',
    meaning: 'A secret that signpost.yaml names cannot be read, so that what needs it does not work.',
    cause: 'The file or the environment variable is missing, or it was sealed by another installation.',
    fix: 'Put the secret where signpost.yaml says it is, or set it anew: signpost seal',
  },
  'secret-file-exposed': {
    status: 'problem',
    meaning: 'Other users of this machine can read a file that holds a secret.',
    cause: 'The file was made with the usual rights.',
    fix: 'Take the rights away: chmod 600 FILE - and change the secret if somebody may have read it.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const secrets: DoctorCheck = {
  code: 'secrets',
  area: 'configuration',
  title: 'the secrets that the configuration names',
  faults,
  async run(world) {
    const { values } = await world.loaded.need()
    const all = configuredSecrets(values)
    const results = (await Promise.all(all.map((secret) => ofSecret(world, secret)))).flat()
    if (results.length > 0) return results
    return [
      fine(
        'secrets',
        `Readable: ${all.length === 0 ? 'there are none' : all.map(({ name }) => name).join(', ')}.`,
      ),
    ]
  },
}

async function ofSecret(world: DoctorWorld, { name, source }: ConfiguredSecret): Promise<readonly Result[]> {
  try {
    await world.secrets.read(source, name)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    // Somebody else's environment is not ours: a service has its variables, the terminal of its operator has not.
    const isVariable = typeof source === 'object' && 'env' in source
    const status = isVariable ? 'warning' : 'problem'
    return [found('secret-unreadable', { status, subject: name, detail: error.likelyCause, fix: error.fix })]
  }
  if (typeof source !== 'object' || !('file' in source)) return []
  const file = resolve(world.dataDir, source.file)
  const access = await accessOf(file)
  if (access === null || !access.others.read) return []
  return [
    found('secret-file-exposed', {
      subject: name,
      detail: `${file} has the rights ${access.mode}.`,
      fix: `Take the rights away: chmod 600 '${file}' - and change the secret if somebody may have read it.`,
    }),
  ]
}
