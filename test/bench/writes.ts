import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { percentile } from './load.ts'
import type { Row } from './lookups.ts'
import { benchToken, benchUser } from './seed.ts'

/** How many people act at the same time. */
const AT_ONCE = 8
const ROUNDS = 40

type Step = (person: number) => Promise<void>

/** The changes, one person after another on each of eight lanes. Each ends in a durable commit. */
export async function measureWrites(port: number, dataDir: string, associations: string): Promise<Row[]> {
  const base = `http://127.0.0.1:${port}/_matrix/identity/v2`
  const call = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${benchToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const json = (await answer.json()) as Record<string, unknown>
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(json)}`)
    return json
  }
  const sessions = new Map<number, { sid: string; client_secret: string }>()
  const openId = {
    access_token: 'any',
    token_type: 'Bearer',
    matrix_server_name: 'example.org',
    expires_in: 3600,
  }

  const register: Step = async () => void (await call('/account/register', openId))
  const request: Step = async (person) => {
    const client_secret = `secret-${person}`
    const email = `bench-${person}@example.org`
    const { sid } = await call('/validate/email/requestToken', { client_secret, email, send_attempt: 1 })
    sessions.set(person, { sid: String(sid), client_secret })
  }
  const bind: Step = async (person) =>
    void (await call('/3pid/bind', { ...sessions.get(person), mxid: benchUser }))
  const invite: Step = async (person) => {
    const room = { room_id: `!room${person}:example.org`, room_name: 'Bench', sender: benchUser }
    await call('/store-invite', { medium: 'email', address: `guest-${person}@example.org`, ...room })
  }

  const rows = [
    await timed('register', associations, register),
    await timed('requestToken (mail written)', associations, request),
  ]
  const tokens = readTokens(dataDir)
  const submit: Step = async (person) => {
    const session = sessions.get(person)
    await call('/validate/email/submitToken', { ...session, token: tokens.get(session?.sid ?? '') })
  }
  rows.push(await timed('submitToken', associations, submit))
  rows.push(await timed('bind', associations, bind))
  rows.push(await timed('store-invite (mail queued)', associations, invite))
  return rows
}

async function timed(name: string, associations: string, step: Step): Promise<Row> {
  const latencies: number[] = []
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, lane) => {
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now()
        await step(lane * ROUNDS + round)
        latencies.push(performance.now() - start)
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  const sorted = Float64Array.from(latencies).sort()
  const perSecond = latencies.length / seconds
  const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)]
  return { name, associations, perSecond, addressesPerSecond: perSecond, p50, p99, failed: 0 }
}

/** Session id to code, from the mails that the log transport kept. */
function readTokens(dataDir: string): Map<string, string> {
  const folder = join(dataDir, 'mail')
  const tokens = new Map<string, string>()
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=')
    const link = /token=([\w-]+)&(?:amp;)?client_secret=[\w-]+&(?:amp;)?sid=([\w-]+)/.exec(text)
    if (link?.[1] !== undefined && link[2] !== undefined) tokens.set(link[2], link[1])
  }
  rmSync(folder, { recursive: true })
  return tokens
}
