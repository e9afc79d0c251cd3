import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { readFile } from 'node:fs/promises'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { readKeyFile, type BackupKey } from '../migrate/backup/file/key.ts'
import type { DataContext } from './open-data.ts'

/** How a command line says what opens a backup. */
export const keyOptions = { 'key-file': { type: 'string' }, 'password-file': { type: 'string' } } as const

export interface KeyWords {
  readonly 'key-file'?: string | undefined
  readonly 'password-file'?: string | undefined
}

export const passwordVariable = 'SIGNPOST_BACKUP_PASSWORD'

/**
 * What the command line or the environment names: `--key-file`, `--password-file`, SIGNPOST_BACKUP_PASSWORD. Null when
 * they name nothing. A password is no argument, because other users of the machine can read those.
 */
export async function namedKey(words: KeyWords, env: DataContext['env']): Promise<BackupKey | null> {
  if (words['key-file'] !== undefined) return await readKeyFile(words['key-file'])
  const file = words['password-file']
  if (file !== undefined) return { password: await readPasswordFile(file) }
  const password = env[passwordVariable]
  return password === undefined || password === '' ? null : { password }
}

async function readPasswordFile(file: string): Promise<string> {
  const tried = `read the password file ${file}`
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    const fix = systemErrorFix(cause, file, 'read')
    throw new OperatorError('secret-missing', {
      tried,
      likelyCause: explainSystemError(cause, file),
      fix,
      cause,
    })
  })
  const password = content.replace(/\r?\n$/, '')
  if (password !== '') return password
  throw new OperatorError('secret-missing', {
    tried,
    likelyCause: 'It is empty.',
    fix: `Write the password into ${file}.`,
  })
}

/** Asks at the terminal, without showing what is typed; otherwise takes the first line of standard input. */
export async function askPassword(io: DataContext, question: string): Promise<BackupKey> {
  const password =
    io.input === undefined && process.stdin.isTTY
      ? await askUnseen(io, question)
      : ((await text(io.input ?? process.stdin)).split(/\r?\n/, 1)[0] ?? '')
  if (password !== '') return { password }
  throw new OperatorError('secret-missing', {
    tried: 'read the password of the backup',
    likelyCause: 'None was given.',
    fix: `Type it when asked, or use --password-file FILE, --key-file FILE or ${passwordVariable}.`,
  })
}

async function askUnseen(io: DataContext, question: string): Promise<string> {
  io.err(question)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
  }
}
