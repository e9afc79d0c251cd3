import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCompareReport } from '../../../src/migrate/take-over/report.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { json, startHttpPeer, type HttpPeer } from '../../support/http-peer.ts'
import { eventually } from '../../support/poll.ts'
import { runImportCommand } from '../../../src/cli/import-command.ts'
import { runIn } from '../../cli/data-commands.ts'
import { writeFile } from 'node:fs/promises'

/** What the old server says, by address. */
const old: Readonly<Record<string, string>> = {
  'same@example.org': '@same:example.org',
  'other@example.org': '@old:example.org',
  'only-there@example.org': '@there:example.org',
}

describe('while an old identity server still runs', () => {
  let peer: HttpPeer
  let appliance: TestAppliance
  let api: ApiClient

  beforeAll(async () => {
    peer = await startHttpPeer({
      handler(request, response) {
        const address = new URL(request.url, 'http://old').searchParams.get('address') ?? ''
        if (address.startsWith('broken')) return json(500, { errcode: 'M_UNKNOWN' })(request, response)
        const mxid = old[address]
        json(200, mxid === undefined ? {} : { medium: 'email', address, mxid })(request, response)
      },
    })
    const migration = { compareWith: `http://127.0.0.1:${peer.port}` }
    appliance = await startTestAppliance({ config: { matrix: { domain: 'example.org' }, migration } })
    api = createApiClient(appliance.publicAddress)
    await appliance.storage.db
      .insertInto('associations')
      .values(
        ['same', 'other', 'only-here', 'broken'].map((name) => ({
          medium: 'email',
          address: `${name}@example.org`,
          mxid: `@${name}:example.org`,
          bound_at: 1,
          not_before: 1,
          not_after: 9e15,
        })),
      )
      .execute()
  })

  afterAll(async () => {
    await appliance.stop()
    await peer.close()
  })

  const ask = (name: string) =>
    api.get('/api/v1/lookup', { query: { medium: 'email', address: `${name}@example.org` } })

  it('what clients ask is asked there, too, and where the answers differ, the report says so', async () => {
    for (const name of ['same', 'other', 'only-here', 'only-there', 'nobody']) await ask(name)
    const report = await eventually(
      async () => {
        const read = await readCompareReport(appliance.dataDir)
        return read !== null && read.compared >= 5 && read
      },
      { what: 'the comparison' },
    )
    expect(report).toMatchObject({ same: 2, failed: 0, more: 0 })
    const shown = report.differences.map(({ address, here, there }) => ({ address, here, there }))
    expect(shown).toEqual([
      { address: 'other@example.org', here: '@other:example.org', there: '@old:example.org' },
      { address: 'only-here@example.org', here: '@only-here:example.org', there: null },
      { address: 'only-there@example.org', here: null, there: '@there:example.org' },
    ])
  })

  it('a lookup is answered although the old server fails', async () => {
    expect((await ask('broken')).body).toMatchObject({ mxid: '@broken:example.org' })
    const failed = async () => (await readCompareReport(appliance.dataDir))?.failed === 1
    await eventually(failed, { what: 'the failure in the report' })
  })

  it('no address reaches the log', () => {
    expect(appliance.logText()).toContain('the old identity server answers differently')
    expect(appliance.logText()).not.toMatch(/(other|only-here|only-there|broken)@example\.org/)
  })

  it('the report is readable by Signpost alone, and shown by the command', async () => {
    const text = await readFile(join(appliance.dataDir, 'take-over-report.json'), 'utf8')
    expect(text).toContain('only-there@example.org')
    const shown = await runIn(appliance.dataDir, runImportCommand, ['compare'])
    expect(shown.code).toBe(3)
    expect(shown.out).toContain('other@example.org: here @other:example.org, there @old:example.org')
  })

  it('the command asks both servers for everything that is known here', async () => {
    await writeFile(
      join(appliance.dataDir, 'signpost.yaml'),
      `matrix: { domain: example.org }\nfederation: { outbound: { enabled: false } }\nmigration: { compareWith: 'http://127.0.0.1:${peer.port}' }\n`,
    )
    const result = await runIn(appliance.dataDir, runImportCommand, ['compare', '--all'], true)
    const report = JSON.parse(result.out) as { compared: number; same: number; failed: number }
    expect(report).toMatchObject({ compared: 3, same: 1, failed: 1 })
    expect(result.code).toBe(3)
  })
})
