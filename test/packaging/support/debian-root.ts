import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../support/child-process.ts'
import { withFileLock } from '../../support/file-lock.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { projectRoot } from './built.ts'

/** What a small Debian server has, and the package depends on. */
const packages = ['adduser', 'dbus', 'libstdc++6', 'systemd', 'systemd-sysv']

/**
 * A fresh, minimal Debian of this machine's release, in a temporary folder. The first call of all makes it from the
 * machine's own package source and keeps it in `.cache`. Needs root.
 */
export async function createDebianRoot(): Promise<string> {
  const { mirror, release } = await packageSource()
  const kept = join(projectRoot, '.cache/debian-root', release)
  await mkdir(join(kept, '..'), { recursive: true })
  await withFileLock(`${kept}.lock`, async () => {
    if (existsSync(kept)) return
    const growing = `${kept}.growing`
    await rm(growing, { recursive: true, force: true })
    const options = ['--variant=minbase', `--include=${packages.join(',')}`]
    await run('debootstrap', [...options, release, growing, mirror], { timeout: 600_000, maxBuffer: 1e8 })
    await rename(growing, kept)
  })
  const root = join(await createTempDir('debian'), 'root')
  await run('cp', ['--archive', '--reflink=auto', kept, root])
  return root
}

/** Where this machine gets Debian itself from, and which release it is. */
async function packageSource(): Promise<{ mirror: string; release: string }> {
  const format = '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)'
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  for (const line of stdout.split('\n')) {
    const [origin, label, component, release = '', mirror = ''] = line.split('|')
    const isDebian = origin === 'Debian' && label === 'Debian' && component === 'main'
    if (isDebian && !release.includes('-')) return { mirror, release }
  }
  throw new Error('apt names no source of Debian: run apt-get update')
}
