import { describe, expect, it } from 'vitest'
import { replaceTokens } from '../../../src/backends/exec/tokens.ts'
import { backendSections, checkSection } from '../../../src/backends/sections.ts'
import type { ExecInput } from './scripts.ts'

const findings = (input: ExecInput) => {
  const section = backendSections.parse({ id: 'e', type: 'exec', ...input })
  return [...checkSection(section)].map(({ keys }) => keys.join('.'))
}

describe('the rules of the section', () => {
  it('refuse a backend without a program', () => {
    expect(findings({})).toEqual([''])
  })

  it('refuse a command that whoever asks could choose', () => {
    const single = { command: '/opt/{address}' }
    expect(findings({ identity: { single } })).toEqual(['identity.single.command'])
    expect(findings({ identity: { single: { ...single, tokens: { address: '%A' } } } })).toEqual([])
  })

  it('refuse tokens that cannot be told apart', () => {
    const tokens = { address: '%a', medium: '%am' }
    expect(findings({ auth: { command: 'a', tokens } })).toEqual(['auth.tokens'])
  })

  it('refuse an exit code of two meanings, and a template where there is none', () => {
    const exit = { success: [0, 1] }
    expect(findings({ auth: { command: 'a', exit } })).toEqual(['auth.exit'])
    expect(findings({ list: { command: 'a', input: { template: 'x' } } })).toEqual(['list.input.template'])
  })

  it('refuse answers in a form that a question does not have', () => {
    const input = {
      id: 'e',
      type: 'exec',
      directory: { byName: { command: 'a', output: { type: 'plain' } } },
    }
    expect(backendSections.safeParse(input).success).toBe(false)
  })
})

describe('tokens', () => {
  it('are replaced in one pass, so that no value is read as a token', () => {
    const values = { localpart: '{password}', password: '{localpart}' }
    expect(replaceTokens('{localpart}{password}{domain}', {}, values)).toBe('{password}{localpart}{domain}')
  })

  it('may be spelt with signs that mean something in a pattern', () => {
    expect(
      replaceTokens('a.b(c|d)$&', { address: 'a.b', medium: '(c|d)' }, { address: '1', medium: '2' }),
    ).toBe('12$&')
  })
})
