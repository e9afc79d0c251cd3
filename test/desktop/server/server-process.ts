import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { toShellSchema, type ToServer, type ToShell } from '../../../src/desktop/messages.ts'
import { eventually } from '../../support/poll.ts'

/** The real server, with a channel to this process as its shell. */
export interface ServerProcess {
  readonly child: ChildProcess
  readonly received: readonly ToShell[]
  send(message: ToServer): void
  /** Waits for the newest message of a type that `matches`. */
  next<T extends ToShell['type']>(
    type: T,
    matches?: (message: Extract<ToShell, { type: T }>) => boolean,
  ): Promise<Extract<ToShell, { type: T }>>
  /** Exit code or signal, once it has ended. */
  end(): Promise<number | string>
}

export const serverEntry = resolve(import.meta.dirname, '../../../src/main.ts')

/** Listeners on free ports, and nobody outside who is asked. */
export async function writeTestConfig(dataDir: string, more = ''): Promise<void> {
  const listen = 'listen: { port: 0 }'
  const text = `server: { ${listen} }\nadmin: { ${listen} }\nrateLimits: { enabled: false }\n${more}`
  await writeFile(join(dataDir, 'signpost.yaml'), text)
}

export function startServerProcess(dataDir: string): ServerProcess {
  const env = { ...process.env, NODE_OPTIONS: undefined, SIGNPOST_DATA: undefined, SIGNPOST_DESKTOP: '1' }
  const child = fork(serverEntry, ['--data', dataDir], {
    env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const received: ToShell[] = []
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  child.on('message', (message) => received.push(toShellSchema.parse(message)))
  return {
    child,
    received,
    send: (message) => void child.send(message),
    async next(type, matches = () => true) {
      const isIt = (message: ToShell): message is Extract<ToShell, { type: typeof type }> =>
        message.type === type && matches(message as never)
      return await eventually(
        () => {
          if (child.exitCode !== null) throw new Error(`the server has ended: ${output}`)
          return received.findLast(isIt)
        },
        { what: `a message "${type}" of the server`, timeoutMs: 30_000 },
      )
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child.exitCode ?? child.signalCode ?? ''
    },
  }
}
