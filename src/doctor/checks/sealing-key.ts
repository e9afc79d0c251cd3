import { join } from 'node:path'
import { OperatorError } from '../../config/operator-error.ts'
import { loadSealingKey } from '../../config/sealing.ts'
import type { DoctorCheck, Faults } from '../check.ts'
import { configuredSecrets } from '../configured-secrets.ts'
import { accessOf } from '../file-access.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'sealing-key-missing': {
    status: 'problem',
    meaning: 'There are sealed secrets in signpost.yaml, and the key that opens them is gone.',
    cause: 'The configuration was restored or copied without sealing.key.',
    fix: 'Put sealing.key of that installation into the data directory, or set the secrets anew: signpost seal',
  },
  'sealing-key-exposed': {
    status: 'problem',
    meaning:
      'Other users of this machine can read the key that opens sealed secrets; Signpost refuses to start.',
    cause: 'The file was copied with rights that are too wide.',
    fix: 'Run: chmod 600 sealing.key - and if somebody may have read it, set the sealed secrets anew.',
  },
  'sealing-key-invalid': {
    status: 'problem',
    meaning: 'The key that opens sealed secrets is damaged or cannot be read; Signpost does not start.',
    cause: 'The file was cut off or edited, or belongs to another user.',
    fix: 'Restore sealing.key from a backup.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const sealingKey: DoctorCheck = {
  code: 'sealing-key',
  area: 'keys',
  title: 'the key that seals secrets',
  faults,
  async run({ dataDir, loaded, runtime }) {
    const file = join(dataDir, 'sealing.key')
    if ((await accessOf(file)) === null && process.platform !== 'win32') {
      const { values } = await loaded.need()
      const sealed = configuredSecrets(values).filter(
        ({ source }) => typeof source === 'object' && 'sealed' in source,
      )
      if (sealed.length === 0) return [fine('sealing-key', 'There is none yet, and nothing is sealed.')]
      const detail = `${sealed.length} sealed secret${sealed.length === 1 ? '' : 's'}, and no ${file}.`
      return [found('sealing-key-missing', { detail })]
    }
    try {
      await loadSealingKey(dataDir, runtime.random)
      return [fine('sealing-key', 'It can be used, and by nobody else.')]
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      if (error.code === 'sealing-key-elsewhere') return [fine('sealing-key', error.likelyCause)]
      const code = error.code === 'sealing-key-exposed' ? error.code : 'sealing-key-invalid'
      return [found(code, { detail: error.likelyCause, fix: error.fix })]
    }
  },
}
