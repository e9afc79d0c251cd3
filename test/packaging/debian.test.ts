import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeDebianPackage } from '../../build/debian-package.ts'
import { dependencies } from '../../build/debian/control.ts'
import { nodeRuntime } from '../../build/debian/node-runtime.ts'
import { run } from '../support/child-process.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { bootDebian, bootUnavailable, type BootedDebian } from './support/booted-debian.ts'
import { buildProduct, projectRoot } from './support/built.ts'

/*
 * The life of the package on a real Debian whose systemd runs the service with all its restrictions. The tests are one
 * story: each starts where the one before it ended.
 */
describeWith('a Debian in namespaces', bootUnavailable(), 'the Debian package', () => {
  let debian: BootedDebian
  let keyBefore: string

  const state = async (...names: readonly string[]) => {
    const values = names.map((name) => `--property=${name}`)
    return (await debian.inside('systemctl', 'show', '--value', ...values, 'signpost.service')).trim()
  }
  const installed = async () =>
    (await debian.inside('dpkg-query', '--show', '--showformat=${Version}', 'signpost')).trim()
  const answers = () =>
    eventually(async () => (await debian.get('http://127.0.0.1:8090/health')).status === 200, {
      what: 'the service to answer',
      timeoutMs: 60_000,
    })
  const publicKey = async () =>
    (await debian.get('http://127.0.0.1:8090/_matrix/identity/v2/pubkey/ed25519:0')).text
  const lookUp = async (address: string) =>
    (await debian.get(`http://127.0.0.1:8090/_matrix/identity/api/v1/lookup?medium=email&address=${address}`))
      .text

  beforeAll(async () => {
    const [dist, out] = [await buildProduct(), await createTempDir('debs')]
    debian = await bootDebian()
    for (const version of ['0.1.0', '0.2.0-rc.1']) {
      const file = makeDebianPackage({ dist, out, architecture: 'amd64', version })
      await copyFile(file, join(debian.root, `root/${version}.deb`))
    }
  }, 600_000)
  afterAll(() => debian?.stop())

  it('asks for what its programs are linked against', async () => {
    const folder = await createTempDir('shlibdeps')
    await run('mkdir', [join(folder, 'debian')])
    await writeFile(
      join(folder, 'debian/control'),
      'Source: signpost\n\nPackage: signpost\nArchitecture: any\n',
    )
    const native = join(projectRoot, 'node_modules/better-sqlite3/prebuilds/linux-x64.node')
    const files = [nodeRuntime('x64').binary, native]
    const { stdout } = await run('dpkg-shlibdeps', ['-O', ...files], { cwd: folder })
    const found = stdout.trim().replace('shlibs:Depends=', '').split(', ')
    expect(dependencies).toEqual(expect.arrayContaining(found))
  })

  it('is installed, and the service answers', async () => {
    await debian.inside('dpkg', '--install', '/root/0.1.0.deb')
    await answers()
    expect(await state('ActiveState', 'SubState')).toBe('active\nrunning')
    expect((await debian.inside('systemctl', 'is-enabled', 'signpost.service')).trim()).toBe('enabled')
    expect(await debian.inside('dpkg', '--verify', 'signpost')).toBe('')
  })

  it('runs as a user of its own that can do nothing else', async () => {
    const process = await state('MainPID')
    const status = await debian.inside('cat', `/proc/${process}/status`)
    const user = (await debian.inside('id', '--user', 'signpost')).trim()
    expect(status).toMatch(new RegExp(`^Uid:\\s+${user}\\s+${user}\\s+${user}\\s+${user}$`, 'm'))
    expect(status).toMatch(/^CapEff:\s+0+$/m)
    expect(status).toMatch(/^CapBnd:\s+0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(status).toMatch(/^Seccomp:\s+2$/m)
    const mounts = await debian.inside('cat', `/proc/${process}/mountinfo`)
    expect(mounts).toMatch(/^\d+ \d+ \S+ \S+ \/ ro/m)
    expect(mounts).toMatch(/^\d+ \d+ \S+ \S+ \/var\/lib\/signpost rw/m)
  })

  it('keeps its data where only its user can read them', async () => {
    const listing = await debian.inside('stat', '--format=%a %U %G', '/var/lib/signpost')
    expect(listing.trim()).toBe('700 signpost signpost')
    expect(await debian.inside('find', '/var/lib/signpost', '-perm', '/077')).toBe('')
  })

  it('takes a configuration and people, by the command, as root', async () => {
    await debian.inside('signpost', 'config', 'set', 'matrix.domain', 'example.org')
    await writeFile(join(debian.root, 'tmp/people.csv'), 'email,mxid\nanna@example.org,anna\n')
    await debian.inside('signpost', 'list', 'import', '/tmp/people.csv')
    expect(await debian.inside('find', '/var/lib/signpost', '-not', '-user', 'signpost')).toBe('')
    await debian.inside('systemctl', 'restart', 'signpost.service')
    await answers()
    // Node writes what it compiled when it ends; every later start is faster.
    expect(await debian.inside('find', '/var/cache/signpost', '-type', 'f')).not.toBe('')
    await eventually(async () => (await lookUp('anna@example.org')).includes('@anna:example.org'), {
      what: 'the person to be found',
    })
  })

  it('comes back when it is killed', async () => {
    const killed = await state('MainPID')
    await debian.inside('systemctl', 'kill', '--signal=KILL', 'signpost.service')
    await eventually(async () => ![killed, '0'].includes(await state('MainPID')), { what: 'a new process' })
    await answers()
  })

  it('stays down with a configuration that has to be corrected, and says why', async () => {
    const file = join(debian.root, 'var/lib/signpost/signpost.yaml')
    const good = await readFile(file, 'utf8')
    await writeFile(file, `${good}\nsurver: {}\n`)
    await debian.inside('systemctl', 'restart', 'signpost.service')
    await eventually(async () => (await state('ActiveState')) === 'failed', {
      what: 'the end of the service',
    })
    expect(await state('ExecMainStatus')).toBe('2')
    await eventually(
      async () =>
        (await debian.inside('journalctl', '--unit=signpost.service', '--output=cat')).includes('surver'),
      { what: 'the reason in the journal' },
    )
    await writeFile(file, good)
    await debian.inside('systemctl', 'start', 'signpost.service')
    await answers()
  })

  it('listens on a port below 1024 with the lines of the documentation', async () => {
    const page = await readFile(join(projectRoot, 'docs/install/systemd.md'), 'utf8')
    const lines = /```ini\n(\[Service\]\nCapabilityBoundingSet=[^`]*)```/.exec(page)?.[1] ?? ''
    const dropIn = join(debian.root, 'etc/systemd/system/signpost.service.d')
    await mkdir(dropIn)
    await writeFile(join(dropIn, 'override.conf'), lines)
    await debian.inside('systemctl', 'daemon-reload')
    await debian.inside('systemctl', 'stop', 'signpost.service')
    await debian.inside('signpost', 'config', 'set', 'server.listen.port', '443')
    await debian.inside('systemctl', 'start', 'signpost.service')
    await eventually(async () => (await debian.get('http://127.0.0.1:443/health')).status === 200, {
      what: 'an answer on port 443',
      timeoutMs: 60_000,
    })
    await debian.inside('systemctl', 'stop', 'signpost.service')
    await debian.inside('signpost', 'config', 'unset', 'server.listen.port')
    await rm(dropIn, { recursive: true })
    await debian.inside('systemctl', 'daemon-reload')
    await debian.inside('systemctl', 'start', 'signpost.service')
    await answers()
  })

  it('is backed up beside the running service, and restored', async () => {
    const [file, password] = ['/var/lib/signpost/today.backup', '/var/lib/signpost/password']
    await writeFile(join(debian.root, password), 'a long enough password\n')
    await debian.inside('signpost', 'backup', file, '--password-file', password)
    await debian.inside('signpost', 'list', 'remove', 'email', 'anna@example.org')
    await debian.inside('systemctl', 'stop', 'signpost.service')
    await debian.inside('signpost', 'restore', file, '--password-file', password)
    await debian.inside('systemctl', 'start', 'signpost.service')
    await answers()
    await eventually(async () => (await lookUp('anna@example.org')).includes('@anna:example.org'), {
      what: 'the person of the backup',
    })
  })

  it('is upgraded, running again with the same keys and people', async () => {
    keyBefore = await publicKey()
    expect(keyBefore).toContain('public_key')
    const process = await state('MainPID')
    await debian.inside('dpkg', '--install', '/root/0.2.0-rc.1.deb')
    await answers()
    expect(await installed()).toBe('0.2.0~rc.1')
    expect(await state('MainPID')).not.toBe(process)
    expect(await publicKey()).toBe(keyBefore)
    await eventually(async () => (await lookUp('anna@example.org')).includes('@anna:example.org'), {
      what: 'the person to be found',
    })
  })

  it('is not started by an installation when an administrator disabled it', async () => {
    await debian.inside('systemctl', 'disable', '--now', 'signpost.service')
    await debian.inside('dpkg', '--install', '/root/0.2.0-rc.1.deb')
    expect(await state('ActiveState', 'UnitFileState')).toBe('inactive\ndisabled')
    await debian.inside('systemctl', 'enable', '--now', 'signpost.service')
    await answers()
  })

  it('is removed without a process left, keeping the data for the next installation', async () => {
    const process = await state('MainPID')
    await debian.inside('dpkg', '--remove', 'signpost')
    expect(existsSync(join(debian.root, 'usr/lib/signpost'))).toBe(false)
    expect(existsSync(join(debian.root, 'usr/bin/signpost'))).toBe(false)
    await expect(debian.inside('ls', `/proc/${process}`)).rejects.toThrow()
    expect((await stat(join(debian.root, 'var/lib/signpost/signpost.db'))).size).toBeGreaterThan(0)

    await debian.inside('dpkg', '--install', '/root/0.2.0-rc.1.deb')
    await answers()
    expect(await publicKey()).toBe(keyBefore)
  })

  it('is purged with its data, its user and every other trace', async () => {
    await debian.inside('dpkg', '--purge', 'signpost')
    const traces = ['-xdev', '-name', '*signpost*', '-not', '-path', '/tmp/*']
    const logs = ['-not', '-path', '/var/log/*', '-not', '-path', '/etc/hostname']
    expect(await debian.inside('find', '/etc', '/usr', '/var', ...traces, ...logs)).toBe('')
    await expect(debian.inside('id', 'signpost')).rejects.toThrow()
  })
})
