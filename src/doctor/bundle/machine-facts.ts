import { readdir, stat } from 'node:fs/promises'
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { version } from '../../version.ts'

/** The program and what it runs on. The name of the machine is not in it. */
export function machineFacts(): Record<string, unknown> {
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  return {
    signpost: version,
    node: process.version,
    sqlite: process.versions['sqlite'] ?? null,
    openssl: process.versions.openssl,
    platform: platform(),
    release: release(),
    architecture: arch(),
    processors: cpus().length,
    memoryMiB: mebibytes(totalmem()),
    freeMemoryMiB: mebibytes(freemem()),
    runsAsRoot: process.getuid?.() === 0,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** What lies in the data directory: names, sizes and rights, no content. */
export async function fileFacts(dataDir: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await readdir(dataDir)).sort()
  return await Promise.all(
    names.map(async (name) => {
      const { size, mode, mtimeMs } = await stat(join(dataDir, name))
      const rights = (mode & 0o777).toString(8).padStart(3, '0')
      return { name, bytes: size, rights, changed: new Date(mtimeMs).toISOString() }
    }),
  )
}
