import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'

export const sourceKinds = ['ma1sd', 'mxisd', 'sydent'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** Where another identity server is. Plain values; `database` may hold a password, so it never goes into a log. */
export interface ImportSource {
  readonly kind: SourceKind
  /** Its configuration file, or the folder that holds it. */
  readonly path: string
  /** A file or a `postgres://` URL. Default: what the configuration names. */
  readonly database?: string
  /** Key store of mxisd and ma1sd: a folder, or the single file of old versions. Default: `key.path`. */
  readonly keys?: string
  /** Take over nothing that signs: invitations that stand in rooms can then no longer be accepted. */
  readonly withoutKeys?: boolean
  /** Server name of the homeserver, which Sydent does not know. Default: as most of its users have it. */
  readonly domain?: string
}

const fileNames: Readonly<Record<SourceKind, string>> = {
  ma1sd: 'ma1sd.yaml',
  mxisd: 'mxisd.yaml',
  sydent: 'sydent.conf',
}

export interface SourceText {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** Reads the configuration of the other server. Throws `OperatorError` `input-unreadable`. */
export async function readSourceText(source: ImportSource): Promise<SourceText> {
  const given = resolve(source.path)
  const path = (await isFolder(given)) ? join(given, fileNames[source.kind]) : given
  const bytes = await readInput(path)
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (cause) {
    throw unreadable(path, 'The file is not UTF-8 text.', 'Save it with the encoding UTF-8.', cause)
  }
}

/** A file of the other server. Throws `OperatorError` `input-unreadable`. */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const isMissing = systemErrorCode(cause) === 'ENOENT'
    const fix = isMissing
      ? 'Check the name, or copy the file to this machine.'
      : systemErrorFix(cause, path, 'read')
    throw unreadable(path, explainSystemError(cause, path), fix, cause)
  }
}

export function unreadable(path: string, likelyCause: string, fix: string, cause?: unknown): OperatorError {
  return new OperatorError('input-unreadable', { tried: `read ${path}`, likelyCause, fix, cause })
}

/** A path of the other server's configuration. It counted from a working directory that nobody wrote down. */
export function besides(configPath: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(configPath), path)
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
