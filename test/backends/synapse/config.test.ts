import { describe, expect, test } from 'vitest'
import { checkSection } from '../../../src/backends/sections.ts'
import { synapseSection } from '../../../src/backends/synapse/config.ts'

const smallest = { id: 'hs', type: 'synapse', connection: { type: 'sqlite', path: 'homeserver.db' } } as const

describe('The section of a Synapse', () => {
  test('needs a connection and nothing else', () => {
    expect([...checkSection(synapseSection.parse(smallest))]).toEqual([])
    expect(synapseSection.safeParse({ id: 'hs', type: 'synapse' }).success).toBe(false)
  })

  test('has databases that Synapse runs on', () => {
    const connection = { type: 'mysql', host: 'db', database: 'synapse', user: 'reader' }
    expect(synapseSection.safeParse({ ...smallest, connection }).success).toBe(false)
  })

  test('names the identity servers whose published addresses count', () => {
    const section = { ...smallest, addresses: 'published' } as const
    const [finding] = checkSection(synapseSection.parse(section))
    expect(finding?.keys).toEqual(['idServers'])
    const named = { ...section, idServers: ['id.example.org:8090', '[::1]', 'example.org/identity'] }
    expect([...checkSection(synapseSection.parse(named))]).toEqual([])
  })

  test('names them without https://, as they stand in the database', () => {
    const section = { ...smallest, addresses: 'both', idServers: ['https://id.example.org'] }
    expect(synapseSection.safeParse(section).success).toBe(false)
  })

  test('checks the connection too', () => {
    const connection = { type: 'postgres', host: 'db' } as const
    const findings = [...checkSection(synapseSection.parse({ ...smallest, connection }))]
    expect(findings.map(({ keys }) => keys.join('.'))).toEqual(['connection.database', 'connection.user'])
  })
})
