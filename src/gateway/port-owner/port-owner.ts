import { holderOf, listeningSockets } from './linux-sockets.ts'
import { ownerByLsof, ownerByNetstat, runTool, type RunTool } from './other-tools.ts'
import { programName, userName } from './program-name.ts'

/** Who listens on a port, as far as the user that asks may know it. */
export interface PortOwner {
  readonly pid: number | null
  /** `nginx`, `node main.js`. */
  readonly program: string | null
  /** Known where the program is not: other people's processes hide behind it. */
  readonly user: string | null
}

export interface PortOwnerOptions {
  readonly platform: NodeJS.Platform
  readonly procDir?: string
  readonly runTool?: RunTool
}

/** The program that listens on a TCP port of this machine; null when nobody does, or nobody can tell. Never rejects. */
export async function findPortOwner(
  port: number,
  { platform, procDir = '/proc', runTool: run = runTool }: PortOwnerOptions,
): Promise<PortOwner | null> {
  try {
    if (platform === 'win32') return await ownerByNetstat(run, port)
    const owner = platform === 'linux' ? await ownerByProc(procDir, port) : null
    return owner ?? (await ownerByLsof(run, port))
  } catch {
    // An answer is a courtesy: what asks has a failure of its own to report.
    return null
  }
}

async function ownerByProc(procDir: string, port: number): Promise<PortOwner | null> {
  const sockets = await listeningSockets(procDir, port)
  const [first] = sockets
  if (first === undefined) return null
  const pid = await holderOf(procDir, new Set(sockets.map(({ inode }) => inode)))
  const program = pid === null ? null : await programName(procDir, pid)
  return { pid, program, user: program === null ? await userName(first.uid) : null }
}

/** `nginx (process 812)`, as the subject of a sentence. */
export function describeOwner({ pid, program, user }: PortOwner): string {
  if (pid === process.pid) return 'Signpost itself'
  if (program !== null) return pid === null ? program : `${program} (process ${pid})`
  if (pid !== null) return `Process ${pid}`
  return user === null ? 'Another program' : `A program of the user ${user}`
}

/** What ends it, or shows it, ready to paste; null where there is nothing to name. */
export function commandToStop({ pid }: PortOwner, port: number, platform: NodeJS.Platform): string | null {
  if (pid === process.pid) return null
  if (platform === 'win32') return pid === null ? null : `taskkill /PID ${pid}`
  return pid === null ? `sudo ss -ltnp 'sport = :${port}'` : `kill ${pid}`
}
