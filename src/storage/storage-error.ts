import { OperatorError } from '../config/operator-error.ts'
import type { OperatorErrorCode, OperatorErrorParts } from '../config/operator-error.ts'

export type StorageErrorCode = Extract<
  OperatorErrorCode,
  `database-${string}` | 'network-file-system' | 'disk-full'
>

/** A failure of the database that only the operator can mend. */
export class StorageError extends OperatorError {
  declare readonly code: StorageErrorCode

  // The narrower parameter type is the purpose.
  // oxlint-disable-next-line no-useless-constructor
  constructor(code: StorageErrorCode, parts: OperatorErrorParts) {
    super(code, parts)
    this.name = 'StorageError'
  }
}

/** The `code` property of an error, as Node, SQLite and PostgreSQL set it. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
