import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backendSections, checkSection } from '../../../src/backends/sections.ts'
import { outcomesOf, stepsOf } from '../support/steps.ts'
import { startService, type RestInput, type Service } from './service.ts'

let service: Service
beforeEach(async () => {
  service = await startService()
})
afterEach(() => service.close())

const check = async (input: RestInput = {}) => stepsOf(await service.backend(input))

describe('the check', () => {
  it('warns of a service that knows everybody, and stops where it lets everybody in', async () => {
    service.peer.handle((_request, response) =>
      response.end(
        JSON.stringify({
          auth: { success: true },
          results: [{ user_id: 'anna' }],
          lookup: { id: { type: 'localpart', value: 'anna' } },
        }),
      ),
    )
    const steps = await check()
    expect(outcomesOf(steps)).toEqual([
      'settings ok',
      'resolve ok',
      'lookup warning',
      'search warning',
      'authentication failed',
    ])
    expect(steps.filter(({ outcome }) => outcome !== 'ok').every(({ fix }) => fix !== null)).toBe(true)
  })

  it('shows people of the listing as they are read', async () => {
    service.answer({
      list: {
        people: [
          { id: { type: 'localpart', value: 'anna' }, threepids: [{ medium: 'email', address: 'x' }] },
        ],
      },
    })
    const off = { search: false, authentication: false, profile: false }
    const steps = await check({ endpoints: { list: '/list', identity: { single: '', bulk: '' } }, uses: off })
    expect(steps.at(-1)).toMatchObject({
      step: 'sample',
      outcome: 'ok',
      sample: [{ mxid: '@anna:example.org', problems: ['email "x" is not an e-mail address'] }],
    })
  })

  it('names the setting of a certificate file that is missing', async () => {
    expect(outcomesOf(await check({ caFile: 'missing.pem' }))).toEqual(['settings failed'])
  })
})

describe('the rules of the section', () => {
  const findings = (input: RestInput) => {
    const section = backendSections.parse({ id: 'r', type: 'rest', url: 'http://127.0.0.1', ...input })
    return [...checkSection(section)].map(({ keys }) => keys.join('.'))
  }

  it('accept paths, URLs and nothing, and refuse the rest', () => {
    expect(findings({})).toEqual([])
    expect(findings({ endpoints: { auth: '', list: 'https://other.example/list' } })).toEqual([])
    expect(
      findings({ endpoints: { auth: 'auth/login', profile: { roles: 'ftp://other.example' } } }),
    ).toEqual(['endpoints.auth', 'endpoints.profile.roles'])
  })

  it('refuse a backend without an endpoint', () => {
    const off = { single: '', bulk: '' }
    const profile = { displayName: '', threepids: '', roles: '' }
    expect(findings({ endpoints: { auth: '', directory: '', identity: off, profile } })).toEqual([
      'endpoints',
    ])
  })
})
