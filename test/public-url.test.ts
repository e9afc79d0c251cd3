import { describe, expect, it } from 'vitest'
import { configSchema, type ConfigInput } from '../src/config/schema.ts'
import { ownNames, publicUrl } from '../src/public-url.ts'

const urlOf = (config: ConfigInput) => publicUrl(configSchema.parse(config))
const namesOf = (config: ConfigInput) => ownNames(configSchema.parse(config))

describe('publicUrl', () => {
  it('is the Matrix domain over https unless something else is set', () => {
    expect(urlOf({ matrix: { domain: 'example.org' } })).toBe('https://example.org')
  })

  it('is what is set, without a slash at its end', () => {
    const matrix = { domain: 'example.org' }
    expect(urlOf({ matrix, server: { publicUrl: 'https://id.example.org/sub/' } })).toBe(
      'https://id.example.org/sub',
    )
    expect(urlOf({ matrix, server: { publicUrl: 'http://id.example.org:8090' } })).toBe(
      'http://id.example.org:8090',
    )
  })

  it('is the listener on this machine before anything is configured', () => {
    expect(urlOf({ server: { listen: { port: 8123 } } })).toBe('http://localhost:8123')
  })
})

describe('ownNames', () => {
  it('are host, host with port, host with path, the Matrix domain, and what is configured', () => {
    const names = namesOf({
      matrix: { domain: 'example.org' },
      server: { publicUrl: 'https://id.example.org:8443/sub/path', names: ['old.example.org'] },
    })
    expect(names).toEqual([
      'id.example.org:8443/sub/path',
      'id.example.org:8443',
      'id.example.org',
      'example.org',
      'old.example.org',
    ])
  })

  it('name nothing twice', () => {
    expect(namesOf({ matrix: { domain: 'example.org' } })).toEqual(['example.org'])
  })
})
