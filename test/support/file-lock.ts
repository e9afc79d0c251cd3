import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Does `work` while no other process holds the lock on `file`. The lock belongs to a `flock` child, so the kernel
 * frees it however this process ends: there are no stale locks to tidy up.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  // `cat` ends when its standard input closes: here, or with this process.
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(holder, 'exit')
  await Promise.race([
    once(holder.stdout, 'data'),
    gone.then(([code]) => {
      throw new Error(`flock ended with exit code ${String(code)}`)
    }),
  ])
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await gone
  }
}
