import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { asking } from '../support/context.ts'
import { documentedSections, readDocument } from '../support/documentation.ts'
import { examplesDir } from '../support/example-people.ts'
import { backendOf, plain } from './scripts.ts'

const folder = join(examplesDir, 'exec-backend')

it('shows configurations that can be used', async () => {
  expect(await documentedSections('exec-backend.md')).toHaveLength(2)
})

it('quotes the script as it is, but for its head', async () => {
  const script = await readFile(join(folder, 'lookup.sh'), 'utf8')
  const quoted = script.replace(/(#!.*\n)(#.*\n|\n)+/, '$1')
  expect(quoted).toContain('IFS= read')
  expect(await readDocument('exec-backend.md')).toContain(quoted)
})

it('has a table to begin with', async () => {
  const single = {
    command: join(folder, 'lookup.sh'),
    args: [join(folder, 'people.tsv')],
    input: { type: 'plain' as const },
    ...plain,
  }
  const backend = await backendOf({ identity: { single } })
  const found = async (medium: 'email' | 'msisdn', address: string) =>
    (await backend.findMappings?.([{ medium, address }], asking()))?.map(({ mxid }) => mxid)
  expect(await found('msisdn', '491701234567')).toEqual(['@anna:example.org'])
  expect(await found('email', 'bob@example.org')).toEqual(['@bob:example.org'])
  expect(await found('email', 'carol@example.org')).toEqual([])
})
