import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DestinationStream } from 'pino'

/** The last lines of the log, kept in the data directory for the support bundle: they survive a crash. */
export interface RecentLog {
  readonly stream: DestinationStream
  /** Writes what still waits. */
  close(): Promise<void>
}

export interface RecentLogOptions {
  readonly dataDir: string
  /** Of one of the two files; when it is full, it takes the place of the other. */
  readonly maxBytes?: number
}

/** Some thousand lines in each of two files. */
const MAX_BYTES = 256 * 1024
/** Lines are gathered that long: a busy log must not cost a write a line. */
const GATHER_MS = 250

const folderOf = (dataDir: string) => join(dataDir, 'log')
const current = 'recent.jsonl'
const former = 'recent.1.jsonl'

/** Nothing that goes wrong here may break what is logged: on a full or read-only disk the lines are left out. */
export function createRecentLog({ dataDir, maxBytes = MAX_BYTES }: RecentLogOptions): RecentLog {
  const folder = folderOf(dataDir)
  let waiting: string[] = []
  let timer: NodeJS.Timeout | null = null
  let size: number | null = null
  let writing: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const lines = waiting.join('')
    waiting = []
    if (lines !== '') writing = writing.then(() => append(lines)).catch(() => undefined)
    return writing
  }

  async function append(lines: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = join(folder, current)
    size ??= await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    if (size > maxBytes) {
      await rename(file, join(folder, former))
      size = 0
    }
    await appendFile(file, lines, { mode: 0o600 })
    size += Buffer.byteLength(lines)
  }

  return {
    stream: {
      write(line) {
        waiting.push(line)
        if (timer !== null) return
        timer = setTimeout(() => void flush(), GATHER_MS)
        timer.unref()
      },
    },
    close: flush,
  }
}

/** Up to `count` lines, the oldest first; none where there is no log. */
export async function readRecentLog(dataDir: string, count: number): Promise<readonly string[]> {
  const texts = await Promise.all(
    [former, current].map((name) => readFile(join(folderOf(dataDir), name), 'utf8').catch(() => '')),
  )
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-count)
}
