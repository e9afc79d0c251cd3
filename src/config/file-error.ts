/** The `code` of a Node.js system error (`ENOENT`, `EACCES`), `undefined` for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The path a system error is about, where it names one. */
export function systemErrorPath(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined
}

/** What an operator does about a system error. */
export function systemErrorFix(error: unknown, path: string, right: 'read' | 'write'): string {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
      return `Create ${path}.`
    case 'EEXIST':
      return `Move the file ${path} away.`
    case 'EISDIR':
      return `Move the folder ${path} away and put a file in its place.`
    case 'ENOSPC':
      return 'Free some space on the disk.'
    default:
      return `Let the user that runs Signpost ${right} ${right === 'write' ? 'to ' : ''}${path}.`
  }
}

/** What a system error means, as a sentence for an operator. */
export function explainSystemError(error: unknown, path: string): string {
  const code = systemErrorCode(error)
  switch (code) {
    case 'ENOENT':
      return `${path} does not exist.`
    case 'EACCES':
    case 'EPERM':
      return `The user that runs Signpost may not access ${path}.`
    case 'EEXIST':
      return `A file is in the place of the folder ${path}.`
    case 'EISDIR':
      return `${path} is a folder, not a file.`
    case 'ENOTDIR':
      return `A part of the path ${path} is a file, not a folder.`
    case 'EROFS':
      return `${path} is on a read-only file system.`
    case 'ENOSPC':
      return `The disk that holds ${path} is full.`
    default:
      return `The operating system refuses access to ${path}${code === undefined ? '' : ` (${code})`}.`
  }
}
