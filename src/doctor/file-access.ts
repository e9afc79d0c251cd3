import { stat } from 'node:fs/promises'
import { systemErrorCode } from '../config/file-error.ts'

/** Who may do what with a file or folder. */
export interface FileAccess {
  /** User id of the owner. */
  readonly owner: number
  /** Rights in octal, as `chmod` takes them. */
  readonly mode: string
  /** Users who are neither the owner nor in the group. */
  readonly others: { readonly read: boolean; readonly write: boolean }
  /** Anybody but the owner, the group included. */
  readonly isShared: boolean
}

/**
 * Null when there is none, or where the system keeps no such bits (Windows): there the access list of the data
 * directory protects what is in it. Throws system errors other than ENOENT.
 */
export async function accessOf(path: string): Promise<FileAccess | null> {
  const facts = await stat(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  })
  if (facts === null || process.platform === 'win32') return null
  const { mode, uid } = facts
  return {
    owner: uid,
    mode: (mode & 0o777).toString(8).padStart(3, '0'),
    others: { read: (mode & 0o004) !== 0, write: (mode & 0o002) !== 0 },
    isShared: (mode & 0o077) !== 0,
  }
}
