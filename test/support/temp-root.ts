import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives the test workers one temporary directory of their own to make theirs in, and removes it as a whole after the
 * run. Workers are ended by a signal, so they could not clean up reliably themselves.
 */
// oxlint-disable-next-line import/no-default-export -- the shape vitest asks a global setup for
export default async function setup(): Promise<() => Promise<void>> {
  const outer = process.env.TMPDIR
  const root = await mkdtemp(join(tmpdir(), 'signpost-test-'))
  // Some tests step down to an ordinary user, who has to get to what is theirs inside.
  await chmod(root, 0o711)
  process.env.TMPDIR = root
  return async () => {
    if (outer === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = outer
    await rm(root, { recursive: true, force: true })
  }
}
