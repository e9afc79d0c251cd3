import { statfs } from 'node:fs/promises'

/** Left for everybody else when something large is written: a full disk stops the server itself. */
export const RESERVE_BYTES = 64 * 1024 * 1024

/** How much Signpost's user may still write to the disk of a folder, in bytes. Throws what the system says. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** For people who have to make room. */
export const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MB`
