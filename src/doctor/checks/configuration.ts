import { join } from 'node:path'
import { configFileName } from '../../config/load.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { ConfigError, type ConfigProblem } from '../../config/problems.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { configuredSecrets } from '../configured-secrets.ts'
import { accessOf } from '../file-access.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'configuration-invalid': {
    status: 'problem',
    meaning:
      'Signpost cannot use signpost.yaml: it does not start, and a running one keeps its former settings.',
    cause: 'A key is misspelt, or a value has the wrong form.',
    fix: 'Correct the file, then try it: signpost config check',
  },
  'configuration-unreadable': {
    status: 'problem',
    meaning: 'The file signpost.yaml is there, and cannot be read.',
    cause: 'It belongs to another user, or is no UTF-8 text.',
    fix: 'Let the user that runs Signpost read it, and save it as UTF-8.',
  },
  'configuration-missing': {
    status: 'warning',
    meaning: 'There is no signpost.yaml, so that everything has its default.',
    cause: 'Nobody has set Signpost up yet, or the data directory is another one.',
    fix: 'Write signpost.yaml with at least matrix.domain, or choose the right folder with --data DIR.',
  },
  'configuration-writable': {
    status: 'problem',
    meaning: 'Other users of this machine can change signpost.yaml, and so what Signpost does.',
    cause: 'The file was copied or made with rights that are too wide.',
    fix: "Take the rights away: chmod 600 'signpost.yaml'",
  },
  'configuration-exposed': {
    status: 'problem',
    meaning: 'Other users of this machine can read the secrets that stand in signpost.yaml in clear.',
    cause: 'The file was made with the usual rights, and a secret was written into it.',
    fix: "Take the rights away: chmod 600 'signpost.yaml' - or seal the secrets: signpost seal",
  },
  'domain-missing': {
    status: 'warning',
    meaning:
      'Signpost does not know your Matrix domain. It looks around with "localhost", which serves nobody.',
    cause: 'matrix.domain is not set yet.',
    fix: 'Set matrix.domain in signpost.yaml to what stands behind the colon of your Matrix IDs.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const configuration: DoctorCheck = {
  code: 'configuration',
  area: 'configuration',
  title: 'the configuration file',
  faults,
  async run({ loaded, dataDir }) {
    const file = join(dataDir, configFileName)
    const read = await loaded.look().catch((error: unknown) => {
      if (error instanceof OperatorError) return error
      throw error
    })
    if (read instanceof ConfigError) return [...read.problems.map(invalid), ...(await ofRights(file, false))]
    if (read instanceof OperatorError) {
      return [found('configuration-unreadable', { detail: read.likelyCause, fix: read.fix })]
    }
    const hasSecrets = configuredSecrets(read.values).some(({ source }) => typeof source === 'string')
    const results = [
      ...(read.exists ? [] : [found('configuration-missing', { detail: `${file} does not exist.` })]),
      ...(read.config.matrix.domain === 'localhost'
        ? [found('domain-missing', { detail: 'The Matrix domain is "localhost".' })]
        : []),
      ...(await ofRights(file, hasSecrets)),
    ]
    return results.length > 0 ? results : [fine('configuration', `${file} can be used.`)]
  },
}

function invalid({ path, line, message, fix }: ConfigProblem): Result {
  const place = line === undefined ? '' : `Line ${line}: `
  return found('configuration-invalid', { subject: path, detail: place + message, fix })
}

/** The group may read: distributions let a service read its configuration that way. */
async function ofRights(file: string, hasSecrets: boolean): Promise<readonly Result[]> {
  const access = await accessOf(file)
  if (access === null) return []
  const detail = `${file} has the rights ${access.mode}.`
  const fix = `Take the rights away: chmod 600 '${file}'`
  if (access.others.write) return [found('configuration-writable', { detail, fix })]
  if (!access.others.read || !hasSecrets) return []
  return [found('configuration-exposed', { detail, fix: `${fix} - or seal the secrets: signpost seal` })]
}
