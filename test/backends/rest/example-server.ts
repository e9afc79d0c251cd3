import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startProcess } from '../../support/child-process.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { examplesDir } from '../support/example-people.ts'

const program = join(examplesDir, 'rest-backend/server.mjs')

export interface ExampleServer {
  readonly url: string
  stop(): Promise<void>
}

/** The REST backend of the documentation over a file of people. */
export async function startExampleServer(
  peopleFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ExampleServer> {
  const logFile = join(await createTempDir('rest-example'), 'log')
  const server = await startProcess(process.execPath, [program, peopleFile, '0'], { logFile, env })
  const port = await eventually(
    async () => /^Listening on (\d+)/m.exec(await readFile(logFile, 'utf8'))?.[1],
    { what: 'the example server' },
  )
  return { url: `http://127.0.0.1:${port}`, stop: () => server.stop() }
}

/** Hashes a password as the documentation says. */
export async function hashWithExample(password: string): Promise<string> {
  const child = spawn(process.execPath, [program, '--hash-password'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  child.stdin.end(`${password}\n`)
  const printed = await text(child.stdout)
  await ended
  return printed.trim()
}
