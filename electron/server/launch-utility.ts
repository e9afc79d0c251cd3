import type { UtilityProcess } from 'electron'
import { DESKTOP_VARIABLE, toShellSchema } from '../../src/desktop/messages.ts'
import type { ElectronApi } from '../electron-api.ts'
import type { Host } from '../host.ts'
import type { LaunchServer, ServerEnd } from './server-process.ts'

/** Starts the server inside Electron's utility process: a packaged app has no Node of its own beside it. */
export function launchUtility(
  { utilityProcess }: Pick<ElectronApi, 'utilityProcess'>,
  host: Pick<Host, 'env' | 'files'>,
  dataDir: string,
): LaunchServer {
  return ({ message, output }) => {
    const child = utilityProcess.fork(host.files.serverEntry, ['--data', dataDir], {
      serviceName: 'Signpost server',
      execArgv: ['--max-semi-space-size=4'],
      env: { ...host.env, [DESKTOP_VARIABLE]: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let hasEnded = false
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => output(chunk.toString('utf8')))
    }
    child.on('message', (value) => {
      const parsed = toShellSchema.safeParse(value)
      if (parsed.success) message(parsed.data)
    })
    return {
      send(value) {
        if (!hasEnded) child.postMessage(value)
      },
      kill: (signal) => end(child, signal),
      ended: new Promise<ServerEnd>((resolve) => {
        child.once('exit', (code) => {
          hasEnded = true
          resolve({ code, signal: null })
        })
      }),
    }
  }
}

/** `UtilityProcess.kill` asks, as SIGTERM does, and has no way to insist. */
function end(child: UtilityProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child
  if (signal === 'SIGTERM') child.kill()
  else if (pid !== undefined) process.kill(pid, signal)
}
