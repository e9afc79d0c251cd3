import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { startProcess, type RunningProcess } from '../../../support/child-process.ts'
import { freePorts } from '../../../support/free-port.ts'
import { eventually } from '../../../support/poll.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** A Signpost that was just installed: it runs, and nobody has claimed it. */
export interface NewSignpost {
  readonly dataDir: string
  readonly publicUrl: string
  /** Base URL of the console. */
  readonly adminUrl: string
  /** The one-time link of the first start. */
  readonly claim: string
  readonly publicPort: number
  stop(): Promise<void>
}

const greeting = z.object({ adminAddress: z.string(), publicAddress: z.string(), claim: z.string() })

/** Starts the built server on a data directory that is empty but for the ports, which other tests must not have. */
export async function startNewSignpost(main: string): Promise<NewSignpost> {
  const dataDir = await createTempDir('wizard')
  const [publicPort, adminPort] = await freePorts(2)
  const ports = { server: { listen: { port: publicPort } }, admin: { listen: { port: adminPort } } }
  // JSON is YAML.
  await writeFile(join(dataDir, 'signpost.yaml'), JSON.stringify(ports), { mode: 0o600 })
  const logFile = join(await createTempDir('wizard-log'), 'log')
  const running: RunningProcess = await startProcess(
    process.execPath,
    [main, 'start', '--data', dataDir, '--json'],
    { logFile, env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'compile-cache') } },
  )
  const line = await eventually(
    async () => {
      const text = await readFile(logFile, 'utf8')
      if (running.exit() !== null) throw new Error(text)
      return text.split('\n').find((one) => one.startsWith('{"publicAddress"'))
    },
    { what: 'Signpost to listen', timeoutMs: 60_000 },
  )
  const { adminAddress, publicAddress, claim } = greeting.parse(JSON.parse(line))
  return {
    dataDir,
    publicPort,
    publicUrl: publicAddress,
    adminUrl: adminAddress,
    claim,
    stop: () => running.stop(),
  }
}
