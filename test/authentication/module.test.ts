import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../support/child-process.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'

const { installation, unavailable } = await provideSynapse()
const folder = join(import.meta.dirname, '../../src/authentication/synapse-module')

describeWith('Synapse', unavailable, 'the password module for Synapse', () => {
  test('keeps to the callbacks that Synapse documents', async () => {
    if (installation === null) throw new Error('there is no Synapse')
    const [python, ...args] = installation.python
    const file = join(import.meta.dirname, 'module/test_callbacks.py')
    const { stderr } = await run(python, [...args, file], {
      env: {
        ...process.env,
        ...installation.env,
        PYTHONPATH: `${installation.env['PYTHONPATH']}:${folder}`,
        PYTHONDONTWRITEBYTECODE: '1',
      },
      timeout: 60_000,
    })
    expect(stderr).toMatch(/Ran 11 tests in [^]*\nOK\n$/)
  })
})
