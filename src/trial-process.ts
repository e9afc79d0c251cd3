import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createLogger } from './activity/logger.ts'
import { startAppliance } from './appliance.ts'
import { configFileName, parseConfig, readConfigFile } from './config/load.ts'
import { OperatorError } from './config/operator-error.ts'
import { configSchema, type Config } from './config/schema.ts'
import { createSealer, loadSealingKey } from './config/sealing.ts'
import { configuredSecrets } from './doctor/configured-secrets.ts'
import { verifyJson } from './matrix/signing.ts'
import { openBackup } from './migrate/backup/read-backup.ts'
import { openEmpty } from './migrate/backup/restore/restore-backup.ts'
import { unpack } from './migrate/backup/restore/unpack.ts'
import { trialOrderSchema, type TrialOrder, type TrialStep } from './migrate/backup/trial.ts'
import type { Runtime } from './runtime.ts'
import { openStorage, type Storage, type StorageOptions } from './storage/storage.ts'
import { systemClock, systemRandom } from './system.ts'

/*
 * The other side of `migrate/backup/trial.ts`: a Signpost that is restored from a backup, started, asked, and thrown away.
 * It runs in a process of its own, so that its memory and its long transactions are not the server's.
 */

const log = createLogger({ level: 'error', masked: () => true, destination: { write: () => {} } })
const runtime: Runtime = { clock: systemClock, random: systemRandom, log }
const REQUEST_MS = 10_000

process.once('message', (message) => {
  void tryAll(trialOrderSchema.parse(message)).finally(() => process.exit())
})
// The server is gone: nobody waits for the answer.
process.once('disconnect', () => process.exit())

/** The steps in their order, up to the first that fails. */
async function tryAll(order: TrialOrder): Promise<void> {
  const database: StorageOptions = { type: 'sqlite', file: join(order.folder, 'trial.db') }
  let config: Config | null = null
  let appliance: Awaited<ReturnType<typeof startAppliance>> | null = null
  const steps: readonly (readonly [TrialStep['name'], () => Promise<string>])[] = [
    ['unpack', () => unpackAll(order, database)],
    [
      'settings',
      async () => {
        const { config: restored, values } = parseConfig(
          (await readConfigFile(join(order.folder, configFileName))) ?? '',
          configFileName,
        )
        config = restored
        return await openSecrets(order.folder, values)
      },
    ],
    [
      'start',
      async () => {
        await silence(database)
        appliance = await startAppliance({
          dataDir: order.folder,
          config: onThisMachine(needed(config)),
          runtime,
          env: {},
        })
        return 'The restored Signpost starts.'
      },
    ],
    ['keys', () => compareKeys(needed(appliance).publicAddress, order.publicKeys)],
    ['lookup', () => lookUp(needed(appliance).publicAddress, needed(appliance).storage, needed(config))],
  ]
  for (const [name, take] of steps) {
    const step = await take().then(
      (detail) => ({ name, ok: true, detail }),
      (error: unknown) => ({ name, ok: false, detail: sentence(error) }),
    )
    await tell(step)
    if (!step.ok) break
  }
}

const tell = (step: TrialStep) => new Promise<void>((resolve) => process.send?.(step, () => resolve()))

function sentence(error: unknown): string {
  if (error instanceof OperatorError) return error.message
  return `This should not happen: ${error instanceof Error ? error.message : String(error)}`
}

function needed<T>(value: T | null): T {
  if (value === null) throw new TypeError('a step was left out')
  return value
}

async function unpackAll(order: TrialOrder, database: StorageOptions): Promise<string> {
  const { file, folder } = order
  const key = 'password' in order.key ? order.key : { keyFile: Buffer.from(order.key.keyFile, 'base64') }
  const backup = await openBackup(file, key)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const end = await unpack({
    ...{ file, backup, folder, report: () => {} },
    openStorage: ({ schema }) => openEmpty(database, schema, runtime),
  })
  const rows = end.tables.reduce((sum, table) => sum + table.rows, 0)
  return `${end.files.length} files and ${rows} rows are what they were.`
}

async function openSecrets(folder: string, values: unknown): Promise<string> {
  const sealed = configuredSecrets(values).flatMap(({ name, source }) =>
    typeof source === 'object' && 'sealed' in source ? [{ name, sealed: source.sealed }] : [],
  )
  if (sealed.length === 0) return 'The settings can be used.'
  const sealer = createSealer(await loadSealingKey(folder, runtime.random), runtime.random)
  for (const { sealed: text } of sealed) sealer.unseal(text)
  return `The settings can be used, and ${sealed.length} sealed secrets open.`
}

/** Nothing that waits in the restored database may reach anybody a second time. */
async function silence(database: StorageOptions): Promise<void> {
  const storage = await openStorage(database, runtime)
  await storage.transaction(async (tx) => {
    await tx.deleteFrom('outbox').execute()
    await tx.deleteFrom('invitations').execute()
  })
  await storage.close()
}

/** Of the restored settings what a lookup needs; nothing that listens or leads outside of this machine. */
function onThisMachine({ matrix, backends }: Config): Config {
  const own = configSchema.parse({
    matrix: { domain: matrix.domain },
    server: { listen: { host: '127.0.0.1', port: 0 } },
    admin: { listen: { host: '127.0.0.1', port: 0 } },
    storage: { type: 'sqlite', path: 'trial.db' },
    federation: { outbound: { enabled: false } },
    notifications: { email: { transport: 'none' }, sms: { transport: 'none' } },
    rateLimits: { enabled: false },
  })
  return { ...own, backends: backends.filter(({ type }) => type === 'list') }
}

async function compareKeys(base: string, expected: TrialOrder['publicKeys']): Promise<string> {
  const answer = z.object({ public_key: z.string() })
  for (const [id, publicKey] of Object.entries(expected)) {
    const path = `/_matrix/identity/v2/pubkey/${encodeURIComponent(id)}`
    const found = answer.parse(await ask(base + path)).public_key
    if (found !== publicKey) throw new Error(`the public key ${id} is another one than here`)
  }
  return `It has the same public keys: ${Object.keys(expected).join(', ')}`
}

/** An association of the restored database, looked up as a homeserver would, its signature checked. */
async function lookUp(base: string, { db }: Storage, { matrix }: Config): Promise<string> {
  const sample = await db
    .selectFrom('associations')
    .select(['medium', 'address', 'mxid'])
    .where('not_after', '>', runtime.clock.now())
    .where('not_before', '<=', runtime.clock.now())
    .orderBy('bound_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { medium, address } = sample ?? { medium: 'email', address: 'nobody@backup.invalid' }
  const query = new URLSearchParams({ medium, address })
  const found = await ask(`${base}/_matrix/identity/api/v1/lookup?${query}`)
  if (sample === undefined) return 'It answers lookups; there is no association to look up yet.'
  if (z.object({ mxid: z.string() }).parse(found).mxid !== sample.mxid) {
    throw new Error('it answers a lookup with another Matrix ID')
  }
  const key = z.object({ signatures: z.record(z.string(), z.record(z.string(), z.string())) }).parse(found)
  const [id] = Object.keys(key.signatures[matrix.domain] ?? {})
  const { public_key } = z
    .object({ public_key: z.string() })
    .parse(await ask(`${base}/_matrix/identity/v2/pubkey/${encodeURIComponent(id ?? '')}`))
  if (!verifyJson(found, matrix.domain, new Map([[id ?? '', public_key]]))) {
    throw new Error('its signature under a lookup does not fit its public key')
  }
  return 'It finds the person of an association, and signs the answer.'
}

/** The JSON of an answer from this machine's own loopback: the address guard has no say here. */
async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) })
  if (!answer.ok) throw new Error(`it answers with the status ${answer.status}`)
  return await answer.json()
}
