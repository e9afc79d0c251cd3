import { explainSystemError, systemErrorCode, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'

/** A result that could not be written to `file`; `another` tells what to do when there is a file of this name. */
export function outputUnwritable(file: string, cause: unknown, another: string): OperatorError {
  const exists = systemErrorCode(cause) === 'EEXIST'
  return new OperatorError('output-unwritable', {
    tried: `write ${file}`,
    likelyCause: exists ? 'There is a file of this name.' : explainSystemError(cause, file),
    fix: exists ? another : systemErrorFix(cause, file, 'write'),
    cause,
  })
}
