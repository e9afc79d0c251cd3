import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDoctorCommand } from '../../src/cli/doctor-command.ts'
import { createInstallation, runIn, type Installation } from './data-commands.ts'
import { createTempDir } from '../support/temp-dir.ts'

// Only what stands on this machine: nothing here asks a name server.
const local = ['--only', 'configuration', '--only', 'storage', '--only', 'keys']

describe('signpost doctor', () => {
  let signpost: Installation
  beforeEach(async () => {
    signpost = await createInstallation()
  })
  afterEach(() => signpost.server.close())

  it('names what is wrong with cause and fix, and ends with exit code 1 when something is broken', async () => {
    await signpost.file('data/signpost.yaml', 'matrix: { domain: example.org, home: x }')
    const { code, out } = await signpost.run(runDoctorCommand, ['--only', 'configuration'])
    expect(code).toBe(1)
    expect(out).toContain('PROBLEM  configuration-invalid (matrix.home)')
    expect(out).toMatch(
      /^ {2}Cause: .+\n {2}Fix: {3}.+\n {2}More: {2}docs\/doctor\.md#configuration-invalid$/m,
    )
    expect(out).toMatch(
      /Not checked:\n {2}This needs a configuration that can be used\. \(secrets, authorities\)/,
    )
    expect(out).toContain('1 problem, 0 warnings')
  })

  it('ends with exit code 0 when there are warnings only, and names them all the same', async () => {
    const { code, out } = await signpost.run(runDoctorCommand, local)
    expect(code).toBe(0)
    expect(out).toContain('WARNING  signing-keys-missing')
    expect(out).toContain('No problems, 1 warning')
  })

  it('shows what is fine only when asked', async () => {
    expect((await signpost.run(runDoctorCommand, local)).out).not.toContain('signpost.yaml can be used')
    expect((await signpost.run(runDoctorCommand, [...local, '--verbose'])).out).toMatch(
      /^ok {7}the configuration file: .*signpost\.yaml can be used\. \(\d+ ms\)$/m,
    )
  })

  it('answers scripts with every finding', async () => {
    const { code, out } = await signpost.run(runDoctorCommand, local, { json: true })
    expect(code).toBe(0)
    const report = JSON.parse(out)
    expect(report).toMatchObject({ ok: true, counts: { problem: 0, warning: 1 } })
    expect(report.findings).toContainEqual({
      ...{ code: 'database', status: 'ok', area: 'storage', check: 'database', title: 'the database' },
      ...{ subject: null, detail: 'The file can be used.', cause: null, fix: null, link: null },
      ms: expect.any(Number),
    })
  })

  it('works where there is nothing yet, and leaves nothing there', async () => {
    const dataDir = join(await createTempDir('cli'), 'nothing')
    const { code, out } = await runIn(dataDir, runDoctorCommand, local)
    expect(code).toBe(1)
    expect(out).toContain('PROBLEM  data-directory-missing')
    expect(out).toContain('WARNING  configuration-missing')
    await expect(rm(dataDir, { recursive: true })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says how it is used when it is misused', async () => {
    const wrong = await signpost.run(runDoctorCommand, ['--only', 'storrage'])
    expect([wrong.code, wrong.err.split('\n')[0]]).toEqual([
      64,
      'There is no area "storrage". Did you mean "storage"?',
    ])
    expect((await signpost.run(runDoctorCommand, ['now'])).code).toBe(64)
    expect((await signpost.run(runDoctorCommand, ['--help'])).out).toContain('Usage: signpost doctor')
  })
})
