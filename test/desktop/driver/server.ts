import { join } from 'node:path'
import { readFile, writeFile } from 'node:fs/promises'
import BetterSqlite from 'better-sqlite3'
import { freePorts } from '../../support/free-port.ts'
import { createTempDir } from '../../support/temp-dir.ts'

/** A data directory whose server listens on known ports. */
export interface TestData {
  readonly dataDir: string
  readonly publicUrl: string
  readonly adminUrl: string
}

export async function createTestData(more = ''): Promise<TestData> {
  const dataDir = await createTempDir('desktop')
  const [publicPort, adminPort] = await freePorts(2)
  const text = [
    `server: { listen: { port: ${publicPort} } }`,
    `admin: { listen: { port: ${adminPort} } }`,
    'rateLimits: { enabled: false }',
    more,
  ]
  await writeFile(join(dataDir, 'signpost.yaml'), text.join('\n'))
  return { dataDir, publicUrl: `http://127.0.0.1:${publicPort}`, adminUrl: `http://127.0.0.1:${adminPort}` }
}

/** One lookup of the old API, which needs no account. True when it was answered. */
export async function lookUp({ publicUrl }: TestData): Promise<boolean> {
  const url = `${publicUrl}/_matrix/identity/api/v1/lookup?medium=email&address=a@example.com`
  return await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => {
      await answer.text()
      return answer.status === 200
    },
    () => false,
  )
}

/** The process id of the server, which it writes into its lock. */
export function serverPid({ dataDir }: TestData): number {
  const lock = new BetterSqlite(join(dataDir, 'signpost.lock'), { readonly: true })
  try {
    return Number(lock.pragma('user_version', { simple: true }))
  } finally {
    lock.close()
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const logOf = ({ dataDir }: TestData) => readFile(join(dataDir, 'log', 'desktop.log'), 'utf8')

/** Makes the first administrator, as the wizard does with the token of its link. */
export async function claim({ adminUrl }: TestData, token: string): Promise<void> {
  const answer = await fetch(`${adminUrl}/api/session/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signpost-console': '1', origin: adminUrl },
    body: JSON.stringify({ token, name: 'admin', password: 'a long enough passphrase' }),
    signal: AbortSignal.timeout(30_000),
  })
  if (!answer.ok) throw new Error(`the claim was answered ${answer.status}: ${await answer.text()}`)
}
