import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freeBytes, inMegabytes, RESERVE_BYTES } from '../../config/disk-space.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { syncDirectory } from '../../config/write-file.ts'
import type { Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { SentFile } from '../api/sent-file.ts'

export interface ReceiveOptions {
  readonly file: SentFile
  /** Where it goes, once it is whole; its folder is made where it is missing. A file of that name is replaced. */
  readonly path: string
  readonly maxBytes: number
  readonly runtime: Runtime
  /** Looks at the first bytes (16, or all of a shorter file), and throws when more are not wanted. */
  readonly checkStart?: (start: Buffer) => void
}

const START_BYTES = 16
/** What nobody has written to for so long was left behind by a process that is gone. */
const STALE_MS = 3_600_000
const partial = /^\.upload-\w+\.partial$/

/**
 * Keeps a file that is sent, readable by its owner alone. It has its name when it is whole, and not before; what is
 * broken off leaves nothing behind. Throws `AdminError` `too-large`, `OperatorError` `upload-failed`.
 */
export async function receiveFile(options: ReceiveOptions): Promise<void> {
  const { file, path, maxBytes, runtime } = options
  if (file.bytes > maxBytes) throw new AdminError('too-large')
  const folder = dirname(path)
  const passing = join(folder, `.upload-${runtime.random.bytes(8).toString('hex')}.partial`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await removeStale(folder, runtime.clock.now())
    await requireSpace(folder, file.bytes)
    await write(passing, options)
    await rename(passing, path)
    await syncDirectory(folder)
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined)
    throw explain(error, path)
  }
}

async function write(passing: string, { file, maxBytes, checkStart }: ReceiveOptions): Promise<void> {
  const handle = await open(passing, 'wx', 0o600)
  try {
    let received = 0
    let start: Buffer | null = Buffer.alloc(0)
    for await (const chunk of file.chunks()) {
      received += chunk.length
      if (received > maxBytes) throw new AdminError('too-large')
      if (start !== null) start = checked(Buffer.concat([start, chunk]), received >= START_BYTES, checkStart)
      await handle.writeFile(chunk)
    }
    if (start !== null) checkStart?.(start)
    if (received !== file.bytes)
      throw new AdminError('invalid', { message: 'The file did not arrive whole.' })
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Null once it was looked at. */
function checked(start: Buffer, isEnough: boolean, check: ReceiveOptions['checkStart']): Buffer | null {
  if (!isEnough) return start
  check?.(start)
  return null
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= bytes + RESERVE_BYTES) return
  throw failed(
    folder,
    `${inMegabytes(free)} are free on its disk, and the file has ${inMegabytes(bytes)}.`,
    'Free some space on the disk, or choose a folder on another one.',
  )
}

async function removeStale(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!partial.test(name)) continue
    const seen = await stat(join(folder, name)).catch(() => null)
    if (seen !== null && now - seen.mtimeMs > STALE_MS) await rm(join(folder, name), { force: true })
  }
}

function explain(error: unknown, path: string): unknown {
  const code = systemErrorCode(error)
  // Whoever sent it has gone: nobody reads this.
  if (code === 'ECONNRESET') return new AdminError('invalid', { message: 'The file did not arrive whole.' })
  if (error instanceof OperatorError || error instanceof AdminError || code === undefined) return error
  return failed(path, explainSystemError(error, path), systemErrorFix(error, path, 'write'), error)
}

const failed = (place: string, likelyCause: string, fix: string, cause?: unknown) =>
  new OperatorError('upload-failed', { tried: `keep the file in ${place}`, likelyCause, fix, cause })
