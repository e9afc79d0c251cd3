import { fork } from 'node:child_process'
import { DESKTOP_VARIABLE, toShellSchema } from '../../src/desktop/messages.ts'
import type { Host } from '../host.ts'
import type { LaunchServer, ServerEnd } from './server-process.ts'

/** Starts the server with the Node of a checkout: Electron's own may be of another version than the tests have seen. */
export function launchNode(host: Pick<Host, 'env' | 'files' | 'nodePath'>, dataDir: string): LaunchServer {
  return ({ message, output }) => {
    const child = fork(host.files.serverEntry, ['--data', dataDir], {
      execPath: host.nodePath,
      execArgv: ['--max-semi-space-size=4'],
      env: { ...host.env, [DESKTOP_VARIABLE]: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => output(String(text)))
    }
    child.on('message', (value) => {
      const parsed = toShellSchema.safeParse(value)
      if (parsed.success) message(parsed.data)
    })
    return {
      send(value) {
        // The callback takes the error of a process that ends under way, which would be thrown otherwise.
        if (child.connected) child.send(value, () => {})
      },
      kill: (signal) => void child.kill(signal),
      ended: new Promise<ServerEnd>((resolve) => {
        child.once('close', (code, signal) => resolve({ code, signal }))
        child.once('error', (error) => {
          output(`${error.message}\n`)
          if (child.pid === undefined) resolve({ code: null, signal: null })
        })
      }),
    }
  }
}
