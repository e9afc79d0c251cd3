import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { builtinFolder } from './engine.ts'

/** One template file of a language; null where there is none. */
export interface TemplateFile {
  readonly own: string | null
  readonly builtin: string | null
}

export async function readTemplate(
  folder: string | null,
  language: string,
  name: string,
): Promise<TemplateFile> {
  const [own, builtin] = await Promise.all([
    folder === null ? null : readText(join(folder, language, name)),
    readText(join(builtinFolder, language, name)),
  ])
  return { own, builtin }
}

/** Throws OperatorError `output-unwritable`. Nobody reads half a file. */
export async function writeTemplate(path: string, source: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const part = join(dirname(path), `.${process.pid}.part`)
    await writeFile(part, source, { mode: 0o600 })
    await rename(part, path)
  } catch (error) {
    throw unwritable(error, path)
  }
}

/** After it Signpost's own template counts again. Throws OperatorError `output-unwritable`. */
export async function removeTemplate(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw unwritable(error, path)
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null
    throw new OperatorError('input-unreadable', {
      tried: 'read a template',
      likelyCause: explainSystemError(error, path),
      fix: systemErrorFix(error, path, 'read'),
      cause: error,
    })
  }
}

function unwritable(error: unknown, path: string): OperatorError {
  return new OperatorError('output-unwritable', {
    tried: 'save a template',
    likelyCause: explainSystemError(error, path),
    fix: systemErrorFix(error, dirname(path), 'write'),
    cause: error,
  })
}
