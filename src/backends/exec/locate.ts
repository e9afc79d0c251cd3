import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { BackendFailure } from '../failure.ts'
import { baseEnvironment } from './invocation.ts'
import type { Processor } from './processors.ts'
import { startFailure } from './program.ts'

/** The file that a command stands for. Throws `BackendFailure` when it is missing or may not be executed. */
export async function locate({ name, command, env }: Processor, dataDir: string): Promise<string> {
  if (command.includes('/')) {
    const file = resolve(dataDir, command)
    await access(file, constants.X_OK).catch((error: unknown) => {
      throw startFailure(error, { name, file })
    })
    if (await isProgram(file)) return file
    const fix = `Name the program itself in ${name}.command.`
    throw new BackendFailure('configuration', `${file} is no file.`, fix)
  }
  const path = typeof env['PATH'] === 'string' ? env['PATH'] : (baseEnvironment()['PATH'] ?? '')
  for (const folder of path.split(delimiter)) {
    const file = join(folder, command)
    if (await isProgram(file)) return file
  }
  const fix = `Write the whole path into ${name}.command.`
  throw new BackendFailure('configuration', `There is no program ${command} in PATH.`, fix)
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
