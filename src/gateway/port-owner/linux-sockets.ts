import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A socket that listens, as `/proc/net/tcp` and `tcp6` have it (proc_pid_net(5)). */
export interface ListeningSocket {
  readonly inode: string
  /** Of the user that opened it. */
  readonly uid: number
}

/** The state LISTEN in the fourth column (`include/net/tcp_states.h`). */
const LISTEN = '0A'

/** The listening sockets on `port` in the text of such a table. */
export function listeningOn(table: string, port: number): readonly ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/)
    const isOurs = state === LISTEN && Number.parseInt(local.split(':').at(-1) ?? '', 16) === port
    return isOurs && /^\d+$/.test(inode) ? [{ inode, uid: Number(uid) }] : []
  })
}

/** All that listen on `port`, over IPv4 and IPv6. */
export async function listeningSockets(procDir: string, port: number): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(procDir, 'net', name), 'utf8').catch(() => '')),
  )
  return tables.flatMap((table) => listeningOn(table, port))
}

/** A process that has one of the sockets open; null where none is visible to the user that asks. */
export async function holderOf(procDir: string, inodes: ReadonlySet<string>): Promise<number | null> {
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`))
  for (const pid of (await readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    if (await holds(join(procDir, pid, 'fd'), links)) return Number(pid)
  }
  return null
}

/** Processes end while they are looked at, and those of other users show nothing. */
async function holds(folder: string, links: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(folder).catch(() => [])
  const targets = await Promise.all(descriptors.map((each) => readlink(join(folder, each)).catch(() => '')))
  return targets.some((target) => links.has(target))
}
