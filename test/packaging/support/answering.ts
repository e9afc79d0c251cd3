import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run, startProcess } from '../../support/child-process.ts'
import { freePorts } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'

export interface InstalledServer {
  /** The words that run `signpost`, up to its own arguments. */
  readonly command: readonly [string, ...string[]]
  /** An empty folder that the user of the command may write to, and the words can be read from. */
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Starts an installed Signpost, gives it a person, asks for her, and stops it. Shows that everything is there that the
 * server loads along the way: the database, the commands, the console.
 */
export async function expectToAnswer({ command, dataDir, env = {} }: InstalledServer): Promise<void> {
  const [program, ...words] = command
  const [port, adminPort] = await freePorts(2)
  const signpost = (...args: readonly string[]) =>
    run(program, [...words, '--data', dataDir, ...args], { env: { ...process.env, ...env }, cwd: dataDir })
  await signpost('config', 'set', 'server.listen.port', String(port))
  await signpost('config', 'set', 'admin.listen.port', String(adminPort))
  await signpost('config', 'set', 'matrix.domain', 'example.org')

  const logFile = join(dataDir, '..', 'server.log')
  const server = await startProcess(program, [...words, 'start', '--headless', '--data', dataDir], {
    logFile,
    env,
    cwd: dataDir,
  })
  try {
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok, {
      what: `the server to answer (see ${logFile})`,
      timeoutMs: 60_000,
    })
    const people = join(dataDir, 'people.csv')
    await writeFile(people, 'email,mxid\nanna@example.org,anna\n', { mode: 0o644 })
    await signpost('list', 'import', people)
    const found = await eventually(
      async () => {
        const lookup = '_matrix/identity/api/v1/lookup?medium=email&address=anna@example.org'
        const answer = (await (await fetch(`http://127.0.0.1:${port}/${lookup}`)).json()) as { mxid?: string }
        return answer.mxid
      },
      { what: 'the person to be found' },
    )
    expect(found).toBe('@anna:example.org')
    const page = await fetch(`http://127.0.0.1:${adminPort}/`, { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching('^text/html'),
    ])
    expect(server.exit()).toBe(null)
  } finally {
    await server.stop()
  }
  expect(server.exit()).toBe(0)
}
