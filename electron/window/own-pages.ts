import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The pages that may stand in the window. */
export interface OwnPages {
  /** Files of the shell, for the time without a server. */
  readonly waiting: string
  readonly crash: string
  /** Whether a URL is one of these files, or of the console. */
  isOwn(url: string): boolean
  /** Whether a URL is of the console. */
  isConsole(url: string): boolean
}

/** @param consoleAddress of the server that runs, or ran last; null before the first */
export function createOwnPages(pagesDir: string, consoleAddress: () => string | null): OwnPages {
  const waiting = join(pagesDir, 'waiting.html')
  const crash = join(pagesDir, 'crash.html')
  const files = [waiting, crash].map((file) => pathToFileURL(file).href)
  const isConsole = (url: string) => {
    const address = consoleAddress()
    return address !== null && URL.canParse(url) && new URL(url).origin === new URL(address).origin
  }
  return { waiting, crash, isConsole, isOwn: (url) => files.includes(url) || isConsole(url) }
}
