import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes, scryptSync } from 'node:crypto'
import { eventually } from '../../support/poll.ts'
import { startProcess } from '../../support/child-process.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { school, type SchoolPerson } from '../support/school.ts'

const program = join(import.meta.dirname, '../../../docs/examples/rest-backend/server.mjs')

export interface ExampleServer {
  readonly url: string
  stop(): Promise<void>
}

/** The school as `people.json` of the example has it: phone numbers in international form. */
export const exampleSchool: readonly SchoolPerson[] = school.map((person) => ({
  ...person,
  phones: person.canonical.flatMap(([medium, address]) => (medium === 'msisdn' ? [`+${address}`] : [])),
}))

/** The REST backend of the documentation, over `people` or a file that is there already. */
export async function startExampleServer(
  source: readonly SchoolPerson[] | string = exampleSchool,
  env: Readonly<Record<string, string>> = {},
): Promise<ExampleServer> {
  const folder = await createTempDir('rest-example')
  const file = typeof source === 'string' ? source : join(folder, 'people.json')
  if (typeof source !== 'string') await writeFile(file, JSON.stringify(source.map(asEntry)))
  const logFile = join(folder, 'log')
  const server = await startProcess(process.execPath, [program, file, '0'], { logFile, env })
  const port = await eventually(
    async () => /^Listening on (\d+)/m.exec(await readFile(logFile, 'utf8'))?.[1],
    { what: 'the example server' },
  )
  return { url: `http://127.0.0.1:${port}`, stop: () => server.stop() }
}

/** Hashes a password as the documentation says. */
export async function hashWithExample(password: string): Promise<string> {
  const child = spawn(process.execPath, [program, '--hash-password'], { stdio: ['pipe', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stdin.end(`${password}\n`)
  await once(child, 'close')
  return printed.trim()
}

function asEntry({ localpart, name, emails, phones, roles, password }: SchoolPerson): object {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32)
  return {
    user: localpart,
    name,
    emails,
    phones,
    roles,
    password: `${salt.toString('base64')}:${hash.toString('base64')}`,
  }
}
