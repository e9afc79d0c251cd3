import { once } from 'node:events'
import { chmod, chown, copyFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Area } from '../../src/doctor/check.ts'
import { thisMachine, type Machine } from '../../src/doctor/machine.ts'
import { openDoctorWorld } from '../../src/doctor/open-world.ts'
import { runDoctor } from '../../src/doctor/run-doctor.ts'
import { loadSealingKey } from '../../src/config/sealing.ts'
import { newKey } from '../../src/keys/key-file.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { withoutRoot } from '../support/without-root.ts'
import { faultsIn } from './support/doctor-world.ts'

const DAY_MS = 86_400_000

describe('the doctor of an installation on a disk, without anything around it', () => {
  let dataDir: string
  let database: string
  let machine: Machine
  const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
  beforeEach(async () => {
    dataDir = await createTempDir('installation')
    machine = thisMachine
    database = join(dataDir, 'signpost.db')
    await writeFile(join(dataDir, 'signpost.yaml'), 'matrix: { domain: school.test }\n', { mode: 0o600 })
    await (await openStorage({ type: 'sqlite', file: database }, runtime)).close()
    await openKeyRing(join(dataDir, 'signing-keys.json'), runtime)
  })

  async function examine(...areas: readonly Area[]): Promise<readonly string[]> {
    const world = openDoctorWorld({ dataDir, env: {}, runtime, machine })
    const findings = []
    const chosen: readonly Area[] = areas.length === 0 ? ['configuration', 'storage', 'keys'] : areas
    for await (const finding of runDoctor(world, { areas: chosen })) findings.push(finding)
    await world.close()
    return faultsIn(findings)
  }

  it('finds nothing where all is well', async () => {
    expect(await examine()).toEqual([])
  })

  it('finds that nobody has set a domain', async () => {
    await writeFile(join(dataDir, 'signpost.yaml'), 'activity: { level: info }\n')
    expect(await examine()).toEqual(['domain-missing'])
  })

  it('finds that the file with further authorities is not there', async () => {
    const config = 'matrix: { domain: school.test }\nnetwork: { caFile: gone.pem }\n'
    await writeFile(join(dataDir, 'signpost.yaml'), config)
    expect(await examine()).toEqual(['authorities-unusable'])
  })

  it('finds that there is no database yet', async () => {
    await rm(database)
    expect(await examine()).toEqual(['database-missing'])
  })

  it('finds that the database is another program’s, a newer one’s, or no database at all', async () => {
    const change = (statement: string) => {
      const opened = new Sqlite(database)
      opened.exec(statement)
      opened.close()
    }
    change("insert into signpost_migrations values (9999, 'future', 0, '9.9.9')")
    expect(await examine('storage')).toEqual(['database-newer'])
    change('delete from signpost_migrations where number > 1')
    expect(await examine('storage')).toEqual(['database-older'])
    change('pragma application_id = 1')
    expect(await examine('storage')).toEqual(['database-foreign'])
    await writeFile(database, 'Dear diary, today I was a database.'.repeat(100))
    expect(await examine('storage')).toEqual(['database-corrupt'])
  })

  it('finds that the database server does not answer', async () => {
    const silent = createServer(() => {})
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const url = `postgres://signpost:secret@127.0.0.1:${(silent.address() as AddressInfo).port}/signpost`
    const config = { matrix: { domain: 'school.test' }, storage: { type: 'postgres', url } }
    await writeFile(join(dataDir, 'signpost.yaml'), stringify(config))
    expect(await examine('storage', 'deliveries')).toEqual(['database-unreachable'])
    silent.close()
  })

  it('finds that the database is another user’s', async () => {
    await chmod(database, 0o000)
    const owned = [dataDir, join(dataDir, 'signpost.yaml')]
    expect(await withoutRoot(owned, () => examine('storage'))).toContain('database-not-writable')
  })

  it.runIf(process.geteuid?.() === 0)('finds files that a command of root has left', async () => {
    await chown(dataDir, 65_534, 65_534)
    const everything = ['signpost.yaml', 'signpost.db', 'signing-keys.json', 'signpost.lock', 'snapshots']
    for (const name of everything) await chown(join(dataDir, name), 65_534, 65_534).catch(() => {})
    expect(await examine('storage')).toEqual([])
    await chown(join(dataDir, 'signpost.yaml'), 0, 0)
    expect(await examine('storage')).toEqual(['files-of-another-user'])
  })

  it('finds that it may not write to the data directory', async () => {
    await chmod(dataDir, 0o500)
    // access(2) answers for the real user, whom a process of root cannot lay down: then the answer is put in its place.
    const isRoot = process.geteuid?.() === 0
    machine = isRoot ? { ...thisMachine, mayUse: async () => false } : thisMachine
    const seen = await examine('storage')
    await chmod(dataDir, 0o700)
    expect(seen).toContain('data-directory-not-writable')
  })

  it('finds that the signing keys are damaged, or may not be read', async () => {
    const file = join(dataDir, 'signing-keys.json')
    await copyFile(file, `${file}.good`)
    await writeFile(file, '{"version": 1')
    expect(await examine('keys')).toEqual(['signing-keys-damaged'])
    await copyFile(`${file}.good`, file)
    await chmod(file, 0o000)
    expect(await withoutRoot([dataDir], () => examine('keys'))).toEqual(['signing-keys-unreadable'])
  })

  it('finds that the signing key is very old', async () => {
    const old = { ...runtime, clock: { now: () => Date.now() - 6 * 365 * DAY_MS } }
    const file = {
      version: 1,
      secret: systemRandom.bytes(32).toString('base64'),
      keys: [newKey('ed25519:0', old)],
    }
    await writeFile(join(dataDir, 'signing-keys.json'), JSON.stringify(file))
    expect(await examine('keys')).toEqual(['signing-key-old'])
  })

  it('finds that the sealing key is cut off', async () => {
    await loadSealingKey(dataDir, systemRandom)
    await writeFile(join(dataDir, 'sealing.key'), 'AAAA\n')
    expect(await examine('keys')).toEqual(['sealing-key-invalid'])
  })

  it('makes no sealing key, no database and no signing keys', async () => {
    await rm(database)
    await rm(join(dataDir, 'signing-keys.json'))
    await examine('configuration', 'storage', 'keys', 'backends', 'deliveries')
    for (const name of ['sealing.key', 'signpost.db', 'signing-keys.json']) {
      await expect(rm(join(dataDir, name))).rejects.toMatchObject({ code: 'ENOENT' })
    }
  })

  it('warns of an empty list of people only where there is no other directory', async () => {
    expect(await examine('backends')).toEqual(['backend-warning (list)'])
  })
})
