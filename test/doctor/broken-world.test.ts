import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synapseBlocklist } from '../../src/homeserver/synapse-blocklist.ts'
import { ldapInput, startSchool } from '../backends/ldap/support/school-directory.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../support/slapd.ts'
import { backupFaults } from './support/break-backups.ts'
import { homeserverFaults } from './support/break-homeserver.ts'
import { machineFaults, withBrokenPage } from './support/break-machine.ts'
import { networkFaults } from './support/break-network.ts'
import { notificationFaults } from './support/break-notifications.ts'
import { proxyFaults } from './support/break-proxy.ts'
import { invitation, storedFaults } from './support/break-stored.ts'
import { faultsIn, mailPassword, startBreakableWorld, type BreakableWorld } from './support/doctor-world.ts'

const groups = {
  'the reverse proxy': proxyFaults,
  'the network': networkFaults,
  'the homeserver': homeserverFaults,
  'this machine': machineFaults,
  'mail and text messages': notificationFaults,
  'what is stored': storedFaults,
  'the backups': backupFaults,
}

describe('the doctor', () => {
  let world: BreakableWorld
  beforeAll(async () => {
    world = await startBreakableWorld()
  })
  afterAll(() => world.stop())

  it('finds nothing in a healthy world, and skips only what it does not have', async () => {
    const findings = await world.examine()
    expect(faultsIn(findings)).toEqual([])
    const skipped = findings.filter(({ status }) => status === 'skipped').map(({ code }) => code)
    expect(skipped.toSorted()).toEqual([
      'application-service',
      'directory-search',
      'intercepts',
      'openid-provider',
      'own-certificate',
      'password-provider',
      'sign-up',
      'sms',
      'update',
    ])
  })

  describe.each(Object.entries(groups))('finds each fault of %s, and nothing besides:', (_group, faults) => {
    it.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
      const mend = await fault.inject(world)
      try {
        const findings = await world.examine(fault.options?.(world))
        expect(faultsIn(findings)).toEqual(fault.finds.toSorted())
      } finally {
        await mend?.()
      }
    })
  })

  it('finds nothing any more when everything is mended', async () => {
    expect(faultsIn(await world.examine())).toEqual([])
  })

  it('finds a page of the database that is full of nonsense', async () => {
    const dataDir = await withBrokenPage(world)
    expect(faultsIn(await world.examine({ dataDir, areas: ['storage'] }))).toEqual(['database-corrupt'])
  })

  it('takes an invitation that the homeserver brought as proof that it comes in spite of a private address', async () => {
    const id = await invitation(world, 3_600_000)
    try {
      const findings = await world.examine({ homeserverBlocklist: synapseBlocklist })
      expect(faultsIn(findings)).toEqual([])
    } finally {
      await world.appliance.storage.db.deleteFrom('invitations').where('id', '=', id).execute()
    }
  })

  it('says of every fault what was seen, why it is so, and what to do, with a place to read more', async () => {
    world.proxy.fail({ maxBodyBytes: 1_000 })
    const [finding] = (await world.examine()).filter(({ status }) => status === 'problem')
    world.proxy.fail(null)
    expect(finding).toMatchObject({
      code: 'proxy-limits-bodies',
      area: 'public-url',
      detail: expect.stringContaining('413 from nginx'),
      cause: expect.stringMatching(/\.$/),
      fix: expect.stringContaining('client_max_body_size 1m;'),
      link: 'docs/doctor.md#proxy-limits-bodies',
    })
  })

  it('names no person, no secret and no nonce, whatever is wrong', async () => {
    const mends = []
    for (const { inject } of [...storedFaults.slice(0, 1), ...notificationFaults.slice(3, 4)]) {
      mends.push(await inject(world))
    }
    world.proxy.fail({ rewrite: (target) => `/x${target}` })
    const text = JSON.stringify(await world.examine())
    world.proxy.fail(null)
    for (const mend of mends) await mend?.()
    expect(text).toContain('mail-login')
    expect(text).toContain('450 a***@s***.test is busy')
    expect(text).toContain('org.signpost.doctor/NONCE')
    for (const secret of [
      'anna@school.test',
      mailPassword,
      world.homeserver.seen.at(-1)?.body || 'no body',
    ]) {
      expect(text).not.toContain(secret)
    }
  })

  it('leaves nothing behind', async () => {
    await world.examine()
    const { db } = world.appliance.storage
    const leases = await db.selectFrom('leases').select('name').where('name', 'like', 'doctor%').execute()
    expect(leases).toEqual([])
  })
})

describeWith('slapd', slapdUnavailable(), 'the doctor, where there is a directory in LDAP', () => {
  let slapd: Slapd
  let world: BreakableWorld
  beforeAll(async () => {
    slapd = await startSchool()
    // One that is gone long before the doctor gives up on it.
    world = await startBreakableWorld({ directory: [ldapInput(slapd, { id: 'staff', timeout: '2s' })] })
  })
  afterAll(async () => {
    await world.stop()
    await slapd.stop()
  })

  it('finds that it is down, and that it is back', async () => {
    expect(faultsIn(await world.examine())).toEqual([])
    await slapd.stop()
    expect(faultsIn(await world.examine())).toEqual(['backend-unreachable (staff)'])
    await slapd.start()
    expect(faultsIn(await world.examine())).toEqual([])
  })

  it('finds that its login is refused', async () => {
    const [first, ...others] = world.config.backends ?? []
    const wrong = ldapInput(slapd, { id: 'staff', bindPassword: 'wrong' })
    await world.rewriteConfig({ ...world.config, backends: [first, ...others.slice(0, -1), wrong] as never })
    expect(faultsIn(await world.examine())).toEqual(['backend-login (staff)'])
    await world.rewriteConfig()
  })
})
