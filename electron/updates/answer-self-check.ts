import type { ElectronApi } from '../electron-api.ts'
import type { Host } from '../host.ts'
import type { SelfCheckAnswer } from './self-check.ts'

const TIMEOUT_MS = 60_000

/** What this version answers when the one before it asks whether it can start on this data: `signpost self-check`. */
export async function answerSelfCheck(
  { app, utilityProcess }: Pick<ElectronApi, 'app' | 'utilityProcess'>,
  { files }: Pick<Host, 'files'>,
  dataDir: string,
): Promise<SelfCheckAnswer> {
  await app.whenReady()
  const child = utilityProcess.fork(files.serverEntry, ['self-check', '--json', '--data', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')))
  const code = await new Promise<number>((resolve) => {
    const timer = setTimeout(() => child.kill(), TIMEOUT_MS)
    child.once('exit', (exitCode) => {
      clearTimeout(timer)
      resolve(exitCode)
    })
  })
  return code === 0 ? { ok: true } : { ok: false, reason: errors.trim().split('\n').slice(0, 3).join(' ') }
}
