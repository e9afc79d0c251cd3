import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { freeBytes } from '../../config/disk-space.ts'
import { readKeyFile } from '../../keys/key-file.ts'
import { signingKeyFromSeed } from '../../matrix/signing.ts'
import type { BackupKey } from './file/key.ts'
import { trialFolder } from './own-files.ts'

export const trialSteps = ['unpack', 'settings', 'start', 'keys', 'lookup'] as const

const stepSchema = z.object({ name: z.enum(trialSteps), ok: z.boolean(), detail: z.string() })

/** What became of the trial of a backup. */
export const trialResultSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.int(),
  ok: z.boolean(),
  /** As far as it went; the first that is not ok is the last. */
  steps: z.array(stepSchema),
})
export type TrialResult = z.output<typeof trialResultSchema>
export type TrialStep = z.output<typeof stepSchema>

/** What the process of the trial is told. */
export const trialOrderSchema = z.object({
  file: z.string(),
  key: z.union([z.object({ password: z.string() }), z.object({ keyFile: z.base64() })]),
  /** An empty place of its own, on a local disk. */
  folder: z.string(),
  /** Public keys, unpadded base64, that the restored Signpost has to answer with, by key id. */
  publicKeys: z.record(z.string(), z.string()),
})
export type TrialOrder = z.output<typeof trialOrderSchema>

export interface TrialOptions {
  readonly file: string
  readonly key: BackupKey
  /** Of the installation whose backup it is: its keys are the right ones, and its disk has the place. */
  readonly dataDir: string
  readonly now: () => number
  /** What it has to answer with, unpadded base64 by key id. Default: the keys of the data directory. */
  readonly publicKeys?: TrialOrder['publicKeys']
  /** What it will take at most; a trial that could fill the disk of the server is not made. */
  readonly neededBytes?: number
  readonly signal?: AbortSignal
}

/** A gigabyte is unpacked and compared in a few minutes; what takes longer than this hangs. */
const PATIENCE_MS = 3_600_000

/**
 * Restores a backup into a scratch installation, starts a Signpost on it in a process of its own, with nothing that leads
 * outside, and asks it for its public key and for an address. Only one at a time in a data directory.
 */
export async function tryBackup(options: TrialOptions): Promise<TrialResult> {
  const { file, key, dataDir, now, signal } = options
  const folder = join(dataDir, trialFolder)
  const publicKeys = options.publicKeys ?? (await ownPublicKeys(dataDir))
  await rm(folder, { recursive: true, force: true })
  if ((await freeBytes(dataDir)) < (options.neededBytes ?? 0))
    return { at: now(), ok: false, steps: [noRoom(dataDir)] }
  try {
    const sent = 'password' in key ? key : { keyFile: key.keyFile.toString('base64') }
    const steps = await inProcess({ file, key: sent, folder, publicKeys }, signal)
    return { at: now(), ok: steps.length === trialSteps.length && steps.every(({ ok }) => ok), steps }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function ownPublicKeys(dataDir: string): Promise<TrialOrder['publicKeys']> {
  const { keys } = (await readKeyFile(join(dataDir, 'signing-keys.json'))) ?? { keys: [] }
  return Object.fromEntries(
    keys.map(({ id, seed }) => [id, signingKeyFromSeed(id, Buffer.from(seed, 'base64')).publicKey]),
  )
}

const noRoom = (dataDir: string): TrialStep => ({
  ...{ name: 'unpack', ok: false },
  detail: `There is too little room on the disk that holds ${dataDir} to unpack it there.`,
})

/** What a process needs to start at all, on Windows and under Electron as well. */
const passedOn = ['PATH', 'SYSTEMROOT', 'TZ', 'ELECTRON_RUN_AS_NODE']

function inProcess(order: TrialOrder, signal?: AbortSignal): Promise<TrialStep[]> {
  const { promise, resolve, reject } = Promise.withResolvers<TrialStep[]>()
  const steps: TrialStep[] = []
  const child = fork(processFile(), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Settings of this process do not reach the other one, secrets among them.
    env: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
  })
  const kill = () => void child.kill('SIGKILL')
  const timer = setTimeout(kill, PATIENCE_MS)
  signal?.addEventListener('abort', kill, { once: true })
  child.on('message', (message) => steps.push(stepSchema.parse(message)))
  child.once('error', reject)
  child.once('close', (code, killedBy) => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
    const [next] = trialSteps.slice(steps.length)
    const isOver = next === undefined || steps.some(({ ok }) => !ok)
    const detail = `The process of the trial ended early (${killedBy ?? `exit code ${code}`}).`
    if (!isOver) steps.push({ name: next, ok: false, detail })
    resolve(steps)
  })
  child.send(order, () => {})
  return promise
}

/** The file has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function processFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../trial-process.ts' : './trial-process.js', import.meta.url))
}
