import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestAppliance } from '../../support/appliance.ts'
import { pebbleUnavailable } from '../../support/pebble.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { createAcmeWorld, NAME, type AcmeWorld } from './support/acme-world.ts'
import { refusal } from './support/acme-front.ts'
import { DAY_MS } from './support/authority.ts'
import { connectHttps, leafAt } from './support/tls-client.ts'

const HOUR_MS = 3_600_000

describeWith('pebble', pebbleUnavailable(), 'the renewal of an ACME certificate', () => {
  let world: AcmeWorld

  beforeEach(async () => {
    world = await createAcmeWorld()
  })
  afterEach(() => world.stop())

  const leafOf = ({ publicAddress }: TestAppliance) => leafAt(publicAddress, NAME)

  async function issued(appliance: TestAppliance, after: string | null = null) {
    return await eventually(
      async () => {
        const leaf = await leafOf(appliance)
        if (leaf.issuer.includes('Pebble') && leaf.fingerprint256 !== after) return leaf
        // It becomes the cause of the failure of the test.
        throw new Error(JSON.stringify((await appliance.tls.status()).lastError))
      },
      { what: 'a certificate' },
    )
  }

  /** To the moment at which two thirds of a certificate's life are over, and the time by which not all come at once. */
  async function goToRenewal(appliance: TestAppliance): Promise<void> {
    const { validFromDate, validToDate } = await leafOf(appliance)
    const life = validToDate.getTime() - validFromDate.getTime()
    world.setClock(validFromDate.getTime() + life * 0.7 - Date.now())
  }

  const failure = (appliance: TestAppliance, code: string) =>
    eventually(
      async () => {
        const { lastError } = await appliance.tls.status()
        return lastError?.code === code ? lastError : null
      },
      { what: `the failure ${code}` },
    )

  const allIsWell = (appliance: TestAppliance) =>
    eventually(async () => (await appliance.tls.status()).lastError === null, { what: 'all to be well' })

  test('comes after two thirds of its life, with a new key, and open connections go on', async () => {
    const appliance = await world.start()
    const first = await issued(appliance)
    const client = await connectHttps(appliance.publicAddress, NAME, await world.pebble.rootPem())
    const { nextRenewal } = await appliance.tls.status()
    const life = first.validToDate.getTime() - first.validFromDate.getTime()
    const part = ((nextRenewal ?? 0) - first.validFromDate.getTime()) / life
    expect(part).toBeGreaterThanOrEqual(0.666)
    expect(part).toBeLessThanOrEqual(0.701)

    await goToRenewal(appliance)
    const second = await issued(appliance, first.fingerprint256)
    expect(second.publicKey.equals(first.publicKey)).toBe(false)
    client.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
    expect(await client.answer()).toMatch(/^HTTP\/1.1 200 /)
    client.socket.destroy()
  })

  test('waits while the authority is down, the old certificate serves, and it comes when the authority is back', async () => {
    const appliance = await world.start()
    const first = await issued(appliance)
    await world.pebble.stop()
    world.front.answer(() => refusal(502, 'serverInternal'))
    await goToRenewal(appliance)
    const { nextAttempt, fix } = await failure(appliance, 'ca-error')
    expect(nextAttempt).toBeGreaterThan(world.now())
    expect(fix).toMatch(/Wait/)
    expect((await leafOf(appliance)).fingerprint256).toBe(first.fingerprint256)

    // It has forgotten the account and the order, as if it were another one.
    await world.pebble.start()
    world.front.answer(null)
    world.setClock(world.now() - Date.now() + HOUR_MS)
    await issued(appliance, first.fingerprint256)
    await allIsWell(appliance)
  })

  test('leaves an authority alone for as long as it asked to be, over a restart', async () => {
    world.front.answer(({ url }) =>
      url.startsWith('/order-plz') ? refusal(429, 'rateLimited', { 'retry-after': '7200' }) : null,
    )
    const appliance = await world.start()
    const { at, nextAttempt } = await failure(appliance, 'rate-limited')
    expect((nextAttempt ?? 0) - at).toBeGreaterThanOrEqual(7200_000)
    world.front.answer(null)
    const asked = world.front.asked()

    world.setClock(7100_000)
    const again = await world.start()
    // Every look reads the state; the log of the listener shows that there was time for some.
    await failure(again, 'rate-limited')
    await leafOf(again)
    expect(world.front.asked()).toBe(asked)

    world.setClock(3 * HOUR_MS)
    await issued(again)
  })

  test('does not run away with a clock that is years ahead', async () => {
    const appliance = await world.start()
    const first = await issued(appliance)
    world.setOwnClock(4_000 * DAY_MS)
    const { detail, fix } = await failure(appliance, 'clock-wrong')
    expect(detail).toContain(new Date().toISOString().slice(0, 10))
    expect(fix).toContain('timedatectl')
    const { verdicts } = await appliance.tls.status()
    expect(verdicts.map(({ code }) => code)).toContain('expired')

    world.setOwnClock(0)
    await allIsWell(appliance)
    expect((await leafOf(appliance)).fingerprint256).toBe(first.fingerprint256)
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
  })

  test('does not run away either when the authority does not tell its time', async () => {
    world.front.hideClock()
    world.setOwnClock(4_000 * DAY_MS)
    const appliance = await world.start()
    const { nextAttempt, at } = await failure(appliance, 'clock-wrong')
    expect((nextAttempt ?? 0) - at).toBeGreaterThan(50 * 60_000)
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
  })

  test('a certificate that begins in the future of a slow clock is served, named, and not ordered twice', async () => {
    world.setOwnClock(-400 * DAY_MS)
    const appliance = await world.start()
    await issued(appliance)
    await failure(appliance, 'clock-wrong')
    const { verdicts } = await appliance.tls.status()
    expect(verdicts.map(({ code }) => code)).toContain('not-yet-valid')
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
  })

  test('a restart in the middle goes on with the order that was begun', async () => {
    let isHeld = true
    const reached = Promise.withResolvers<void>()
    world.front.answer(async ({ url }) => {
      if (!isHeld || !url.startsWith('/chalZ/')) return null
      reached.resolve()
      return await new Promise(() => undefined)
    })
    await world.start()
    await reached.promise
    await world.stopAppliance()
    const state = JSON.parse(await readFile(join(world.dataDir, 'tls', 'acme.json'), 'utf8')) as {
      order: { url: string } | null
      failure: unknown
    }
    expect(state.order?.url).toContain('/my-order/')
    // Being stopped is no failure.
    expect(state.failure).toBeNull()

    isHeld = false
    await issued(await world.start())
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
  })

  test('a restart between the order and its certificate fetches what was issued', async () => {
    let isHeld = true
    const reached = Promise.withResolvers<void>()
    world.front.answer(async ({ url }) => {
      if (!isHeld || !url.startsWith('/certZ/')) return null
      reached.resolve()
      return await new Promise(() => undefined)
    })
    await world.start()
    await reached.promise
    await world.stopAppliance()
    isHeld = false
    await issued(await world.start())
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
    expect(world.front.accepted('/finalize-order/')).toHaveLength(1)
  })

  test('follows the advice of an authority that has some, and names what is replaced', async () => {
    const appliance = await world.start()
    const first = await issued(appliance)
    await world.stopAppliance()
    world.front.change((seen, answer) => {
      if (seen.url !== '/dir') return
      const directory = JSON.parse(answer.body) as object
      answer.body = JSON.stringify({ ...directory, renewalInfo: `${world.front.directory}/advice` })
    })
    const advised: string[] = []
    world.front.answer(({ url }) => {
      if (!url.startsWith('/dir/advice/')) return null
      advised.push(url.slice('/dir/advice/'.length))
      const suggestedWindow = { start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z' }
      return {
        status: 200,
        headers: { 'content-type': 'application/json', 'retry-after': '21600' },
        // What the authority says of the new one is no concern of this test.
        body: JSON.stringify(advised.length > 1 ? {} : { suggestedWindow }),
      }
    })
    // The advice is asked for once a day.
    world.setClock(25 * HOUR_MS)
    await issued(await world.start(), first.fingerprint256)
    expect(advised[0]).toMatch(/^[\w-]+\.[\w-]+$/)
    expect(world.front.accepted('/order-plz')).toEqual([
      { identifiers: [{ type: 'dns', value: NAME }] },
      { identifiers: [{ type: 'dns', value: NAME }], replaces: advised[0] },
    ])
  })

  test('a name that leads elsewhere is said with what to publish, and nothing is tried for a while', async () => {
    world.dns.answer(NAME, 'A', 'SERVFAIL')
    const appliance = await world.start()
    const { fix, detail, at, nextAttempt } = await failure(appliance, 'challenge-failed')
    expect(detail).toContain(NAME)
    expect(fix).toMatch(/port 80|dig \+short/)
    expect((nextAttempt ?? 0) - at).toBeGreaterThan(10 * 60_000)
    expect(appliance.logText()).toContain('"code":"challenge-failed"')
  })

  test('a port that somebody else holds is named with its holder', async () => {
    const other = createServer().listen(world.ports.http, world.ip)
    const { detail, fix } = await failure(await world.start(), 'port-unavailable')
    expect(detail).toContain(`port ${world.ports.http}`)
    expect(fix).toContain('httpPort: null')
    other.close()
  })

  test('what an operator corrects is tried at once, and what cannot be read is refused', async () => {
    world.dns.answer(NAME, 'A', 'SERVFAIL')
    const appliance = await world.start()
    await failure(appliance, 'challenge-failed')
    await expect(appliance.configure(world.config({ caFile: 'missing.pem' }))).rejects.toThrow(/missing\.pem/)
    world.dns.host(NAME, world.ip)
    await appliance.configure(world.config({ email: 'admin@example.org' }))
    await issued(appliance)
  })

  test('an ACME server that nobody vouches for is told from one that is not there', async () => {
    const appliance = await world.start({ caFile: null })
    expect((await failure(appliance, 'ca-untrusted')).fix).toContain('server.tls.acme.caFile')
    await appliance.configure(world.config({ directory: `https://${world.ip}:1/dir` }))
    expect((await failure(appliance, 'ca-unreachable')).fix).toContain('server.tls.acme.directory')
    await appliance.configure(world.config({ directory: world.front.directory.replace(/dir$/, 'roots') }))
    await failure(appliance, 'refused')
  })
})
