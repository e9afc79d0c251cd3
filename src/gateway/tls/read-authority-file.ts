import { readFile } from 'node:fs/promises'
import { explainSystemError, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { certificatesIn } from './verdicts/pem.ts'

/**
 * The PEM text of a file with certification authorities. `key`: where the configuration names it.
 * @throws OperatorError `tls-unusable`.
 */
export async function readAuthorityFile(file: string, key: string): Promise<string> {
  const tried = `use ${key} (${file})`
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const likelyCause = explainSystemError(cause, file)
    throw new OperatorError('tls-unusable', {
      tried,
      likelyCause,
      fix: systemErrorFix(cause, file, 'read'),
      cause,
    })
  })
  if (certificatesIn(text).length > 0) return text
  throw new OperatorError('tls-unusable', {
    tried,
    likelyCause: 'The file has no certificate in PEM form in it.',
    fix: 'Name the file that begins with -----BEGIN CERTIFICATE-----.',
  })
}
