import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { run } from '../support/child-process.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { projectRoot } from './support/built.ts'
import { lackingProgram } from './support/programs.ts'

const units = join(projectRoot, 'build/systemd')

describeWith('systemd', lackingProgram('systemd-analyze'), 'the systemd unit', () => {
  let root: string

  /** What the unit calls, and what it waits for, in a folder that stands for the whole system. */
  beforeAll(async () => {
    root = await createTempDir('unit')
    await mkdir(join(root, 'usr/lib/systemd/system'), { recursive: true })
    await mkdir(join(root, 'usr/bin'))
    await mkdir(join(root, 'bin'))
    for (const program of ['usr/bin/signpost', 'bin/sh']) {
      await writeFile(join(root, program), '#!/bin/sh\n')
      await chmod(join(root, program), 0o755)
    }
    const stated = '[Unit]\nDescription=stated\n'
    for (const name of ['sysinit.target', 'basic.target', 'shutdown.target', 'network-online.target']) {
      await writeFile(join(root, 'usr/lib/systemd/system', name), stated)
    }
    await copyFile(join(units, 'signpost.service'), join(root, 'usr/lib/systemd/system/signpost.service'))
  })

  it('is one that systemd finds nothing wrong with', async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', `--root=${root}`, 'signpost.service'])
    expect(stdout + stderr).toBe('')
  })

  it('is exposed to 1.1 of 10 by the rating of systemd, all of it needed', async () => {
    const unit = join(root, 'usr/lib/systemd/system/signpost.service')
    const text = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', unit])
    const score = /Overall exposure level for signpost\.service: ([\d.]+)/.exec(text.stdout)?.[1]
    console.log(`exposure level of signpost.service: ${score}`)
    expect(Number(score)).toBeLessThanOrEqual(1.1)

    const json = await run('systemd-analyze', ['security', '--offline=true', '--json=short', unit])
    const open = (JSON.parse(json.stdout) as { json_field: string; exposure: string | null }[])
      .filter(({ exposure }) => exposure !== null)
      .map(({ json_field: field }) => field)
    expect(open.sort()).toEqual([
      // The clock of the hardware may be read, as ProtectClock= has it.
      'DeviceAllow',
      // Where directories, homeservers and mail servers are is known to the organisation only.
      'IPAddressDeny',
      // JavaScript is compiled at run time.
      'MemoryDenyWriteExecute',
      'PrivateNetwork',
      // The support bundle tells about processors and memory.
      'ProcSubset',
      'RestrictAddressFamilies_AF_INET_INET6',
      // The machine's own addresses.
      'RestrictAddressFamilies_AF_NETLINK',
      // Databases behind a socket.
      'RestrictAddressFamilies_AF_UNIX',
      // Certificates of the system, programs of the exec backend.
      'RootDirectoryOrRootImage',
    ])
  })

  it('comes with a user that systemd-sysusers makes', async () => {
    const empty = await createTempDir('sysusers')
    await mkdir(join(empty, 'etc'))
    const config = join(units, 'signpost.sysusers')
    const { stderr } = await run('systemd-sysusers', [`--root=${empty}`, config])
    expect(stderr).toMatch(
      /Creating user 'signpost' \(Signpost \(identity server\)\) with UID \d+ and GID \d+/,
    )
  })
})
