import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What the server prints, and what the shell does with it, in files of a limited size. */
export interface LogFile {
  readonly file: string
  /** Adds text as it comes. Never fails: a full disk costs the log alone. */
  write(text: string): void
  /** Adds a line of the shell itself. */
  note(text: string): void
  /** The last lines that were written since the last `begin`. */
  tail(): readonly string[]
  /** A new server begins: what comes from now on is its own. */
  begin(): void
  flush(): Promise<void>
}

export interface LogFileOptions {
  readonly file: string
  readonly now: () => number
  /** Of one file. */
  readonly maxBytes?: number
  /** Former files that are kept: `desktop.1.log` is the newest. */
  readonly keep?: number
}

const TAIL_LINES = 40
/** A line may be anything; what does not fit is of no use on a page. */
const MAX_LINE = 2_000

export function openLogFile({ file, now, maxBytes = 1_048_576, keep = 3 }: LogFileOptions): LogFile {
  let size: number | null = null
  let writing: Promise<void> = Promise.resolve()
  let lines: string[] = []
  let unfinished = ''

  async function append(text: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    size ??= await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    if (size >= maxBytes) {
      await rotate(file, keep)
      size = 0
    }
    await appendFile(file, text, { mode: 0o600 })
    size += Buffer.byteLength(text)
  }

  function remember(text: string): void {
    const parts = `${unfinished}${text}`.split('\n')
    unfinished = (parts.pop() ?? '').slice(-MAX_LINE)
    const whole = parts.filter((line) => line.trim() !== '').map((line) => line.slice(0, MAX_LINE))
    lines = [...lines, ...whole].slice(-TAIL_LINES)
  }

  function write(text: string): void {
    remember(text)
    writing = writing.then(() => append(text)).catch(() => undefined)
  }

  return {
    file,
    write,
    note(text) {
      const line = `${new Date(now()).toISOString()} shell: ${text}\n`
      writing = writing.then(() => append(line)).catch(() => undefined)
    },
    tail: () => (unfinished.trim() === '' ? lines : [...lines, unfinished]),
    begin() {
      lines = []
      unfinished = ''
    },
    flush: () => writing,
  }
}

async function rotate(file: string, keep: number): Promise<void> {
  const former = (number: number) => file.replace(/(\.[^.]*)?$/, (extension) => `.${number}${extension}`)
  for (let number = keep - 1; number > 0; number--) {
    await rename(former(number), former(number + 1)).catch(() => undefined)
  }
  await rename(file, former(1))
}
