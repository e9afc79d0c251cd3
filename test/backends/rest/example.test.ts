import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'
import { asking, startBackend } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { documentedSections } from '../support/documentation.ts'
import { examplesDir } from '../support/example-people.ts'
import { hashWithExample, startExampleServer, type ExampleServer } from './example-server.ts'
import { anna, email, login } from './service.ts'

let server: ExampleServer | undefined
afterEach(() => server?.stop())

it('is documented with configurations that can be used', async () => {
  expect(await documentedSections('rest-backend.md')).toHaveLength(2)
  expect(await documentedSections('firebase-backend.md')).toHaveLength(1)
})

it('knows the people it comes with', async () => {
  server = await startExampleServer(join(examplesDir, 'rest-backend/people.json'))
  const backend = await startBackend({
    id: 'rest',
    type: 'rest',
    url: server.url,
    endpoints: { list: '/_signpost/backend/v1/list' },
  })
  expect(await backend.findMappings?.([email('anna.meier@example.org')], asking())).toEqual([
    { ...email('anna.meier@example.org'), mxid: '@anna:example.org' },
  ])
  const { listed } = await readListing(backend)
  expect(listed.map(({ person }) => person?.displayName)).toEqual(['Anna Meier', 'Bob Schulz'])
  // The password of the file is empty: that is no password.
  expect(await backend.authenticate?.(login('anna', 'x'), asking())).toMatchObject({ success: false })
  await backend.close()
})

it('knows the passwords that it hashed itself', async () => {
  const file = join(await createTempDir('rest-example'), 'people.json')
  const password = await hashWithExample('stäple:"1')
  await writeFile(file, JSON.stringify([{ user: 'anna', name: 'Anna', password }]))
  server = await startExampleServer(file)
  const backend = await startBackend({ id: 'rest', type: 'rest', url: server.url })
  expect(await backend.authenticate?.(login('anna', 'stäple:"1'), asking())).toMatchObject({ success: true })
  expect(await backend.authenticate?.(login('anna', 'stäple'), asking())).toMatchObject({ success: false })
  await backend.close()
})

it('answers only those who know its token', async () => {
  const file = join(examplesDir, 'rest-backend/people.json')
  server = await startExampleServer(file, { SERVICE_TOKEN: 'hush' })
  const start = (authorization: string) =>
    startBackend({
      id: 'rest',
      type: 'rest',
      url: server?.url ?? '',
      headers: { Authorization: authorization },
    })
  const known = await start('Bearer hush')
  expect(await known.findMappings?.([anna], asking())).toEqual([])
  const unknown = await start('Bearer guess')
  await expect(unknown.findMappings?.([anna], asking())).rejects.toMatchObject({ code: 'credentials' })
  await Promise.all([known.close(), unknown.close()])
})
