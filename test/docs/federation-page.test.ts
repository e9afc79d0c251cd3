import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { crossCheck } from '../../src/config/cross-checks.ts'
import { configSchema } from '../../src/config/schema.ts'
import { federationPath, lookupAnswerSchema, lookupRequestSchema } from '../../src/federation/wire.ts'
import { lookupHash } from '../../src/matrix/lookup-hash.ts'
import { documentedBlocks, readDocument } from '../backends/support/documentation.ts'

const page = 'federation.md'
const account = { userId: '@signpost:school.example', accessToken: 'token' }

describe('the page about federation', () => {
  it('shows configurations that can be used', async () => {
    const blocks = await documentedBlocks(page, 'yaml')
    expect(blocks.length).toBeGreaterThan(3)
    for (const block of blocks) {
      const { federation } = parse(block) as { federation: object }
      const config = configSchema.parse({
        matrix: { domain: 'school.example' },
        backends: [{ id: 'staff', type: 'list' }],
        federation: { account, ...federation },
      })
      expect(crossCheck(config)).toEqual([])
    }
  })

  it('shows a question and an answer as they are on the wire', async () => {
    const [question, answer] = (await documentedBlocks(page, 'json')).map(
      (block) => JSON.parse(block) as unknown,
    )
    const asked = lookupRequestSchema.parse(question)
    const told = lookupAnswerSchema.parse(answer)
    expect([told.destination, told.nonce, told.origin]).toEqual([
      asked.origin,
      asked.nonce,
      asked.destination,
    ])
    expect(Object.keys(told.mappings)).toEqual(asked.addresses)
    expect(asked.addresses).toEqual([lookupHash('alice@example.com', 'email', 'matrixrocks')])
    expect(await readDocument(page)).toContain(federationPath)
  })

  it('leads to pages that are there', async () => {
    const files = await readdir(join(import.meta.dirname, '../../docs'), { recursive: true })
    const links = [...(await readDocument(page)).matchAll(/\]\(([^)#:]+\.md)/g)].map(([, link = '']) => link)
    for (const link of links) expect(files).toContain(link)
  })
})
