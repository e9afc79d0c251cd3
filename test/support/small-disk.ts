import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createTempDir } from './temp-dir.ts'

/** A disk of a few megabytes, in memory, that really becomes full or read-only. */
export interface SmallDisk {
  readonly path: string
  /** Mounts it anew, for reading alone or for writing. */
  remount(mode: 'ro' | 'rw'): void
  unmount(): void
}

export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = join(await createTempDir('disk'), 'disk')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  return {
    path,
    remount: (mode) => void execFileSync('mount', ['-o', `remount,${mode}`, path]),
    // Lazy: a descriptor that a failed test has left open must not keep the folder of the run.
    unmount: () => void execFileSync('umount', ['--lazy', path]),
  }
}

/** For `describeWith`: why none can be had here, or null. */
export function smallDiskUnavailable(): string | null {
  if (process.platform !== 'linux') return 'only Linux has disks in memory'
  if (process.geteuid?.() !== 0) return 'only root can mount one'
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return null
  } catch {
    return 'this container may not mount'
  }
}
