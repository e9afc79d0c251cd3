import { chown } from 'node:fs/promises'

/** `nobody` on every system that has one. */
const UNPRIVILEGED = 65_534

/**
 * Runs `work` as an ordinary user: root may read and write everything, so that file permissions cannot be tested as
 * root. `owned` are files and folders that the ordinary user has to own meanwhile.
 */
export async function withoutRoot<T>(owned: readonly string[], work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work()
  for (const path of owned) await chown(path, UNPRIVILEGED, UNPRIVILEGED)
  process.setegid?.(UNPRIVILEGED)
  process.seteuid?.(UNPRIVILEGED)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
