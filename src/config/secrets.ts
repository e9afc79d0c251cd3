import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from './file-error.ts'
import { OperatorError } from './operator-error.ts'
import { UnsealError, type Sealer } from './sealing.ts'
import type { SecretSource } from './types.ts'

export interface SecretReader {
  /**
   * The value of a secret. `name` is the configuration key (`notifications.email.smtp.password`), for the error
   * message. Read afresh at each call, so that a changed file counts at once. Throws `OperatorError`.
   */
  read(source: SecretSource, name: string): Promise<string>
}

export interface SecretReaderOptions {
  /** Paths in `{file: ...}` are relative to it. */
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly sealer: Sealer
}

export function createSecretReader({ dataDir, env, sealer }: SecretReaderOptions): SecretReader {
  return {
    async read(source, name) {
      if (typeof source === 'string') return source
      if ('file' in source) return readSecretFile(resolve(dataDir, source.file), name)
      if ('env' in source) return readVariable(env, source.env, name)
      return openSealed(sealer, source.sealed, name)
    },
  }
}

async function readSecretFile(path: string, name: string): Promise<string> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw missing(
      name,
      explainSystemError(error, path),
      systemErrorCode(error) === 'ENOENT'
        ? `Write the secret into ${path}.`
        : systemErrorFix(error, path, 'read'),
      error,
    )
  })
  // Editors and `echo` end a file with a newline that is not part of the secret.
  const value = content.replace(/\r?\n$/, '')
  if (value === '') throw missing(name, `${path} is empty.`, `Write the secret into ${path}.`)
  return value
}

function readVariable(env: SecretReaderOptions['env'], variable: string, name: string): string {
  const value = env[variable]
  if (value !== undefined && value !== '') return value
  throw missing(
    name,
    `The environment variable ${variable} is ${value === undefined ? 'not set' : 'empty'}.`,
    `Set ${variable} for the Signpost process (systemd: Environment= or EnvironmentFile=) and restart.`,
  )
}

function openSealed(sealer: Sealer, sealed: string, name: string): string {
  try {
    return sealer.unseal(sealed)
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error
    throw new OperatorError('secret-unsealable', {
      tried: `read the secret ${name}`,
      likelyCause: 'It was sealed with the key of another installation, or the text was changed.',
      fix: `Set ${name} anew, or put the sealing.key that belongs to this signpost.yaml into the data directory.`,
      cause: error,
    })
  }
}

function missing(name: string, likelyCause: string, fix: string, cause?: unknown): OperatorError {
  return new OperatorError('secret-missing', { tried: `read the secret ${name}`, likelyCause, fix, cause })
}
