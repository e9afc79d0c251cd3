import { describe, expect, test } from 'vitest'
import { clipPath, createPaint, frame, wrap } from '../../src/demo/show/layout.ts'
import { queryOf, shortenBody, shortenPath } from '../../src/demo/show/shorten.ts'
import { createTerminalTeller } from '../../src/demo/show/terminal-teller.ts'

describe('What was sent and answered, in short,', () => {
  test('names its members, and cuts tokens, keys and hashes', () => {
    const token = 'dGhpcyBpcyBhIHRva2VuIDEyMw'
    const text = shortenBody({ user_id: '@anna.keller:linden.example', token })
    expect(text.replaceAll('\u00a0', ' ')).toBe('user_id: @anna.keller:linden.example, token: dGhpcy…')
  })

  test('keeps long names that are words', () => {
    expect(shortenBody({ id_server_unbind_result: 'success' })).toContain('id_server_unbind_result')
    expect(shortenPath('/_matrix/identity/v2/3pid/getValidated3pid?sid=1')).toBe(
      '/_matrix/identity/v2/3pid/getValidated3pid',
    )
  })

  test('counts a long list instead of printing it', () => {
    const text = shortenBody({ addresses: ['one', 'two', 'three'] }).replaceAll('\u00a0', ' ')
    expect(text).toBe('addresses: [one, … 3 in all]')
  })

  test('is the title of a web page', () => {
    expect(shortenBody('<html><title>Your address is confirmed</title></html>')).toBe(
      'a web page: Your address is confirmed',
    )
  })

  test('takes the query of a path for what was sent', () => {
    expect(queryOf('/path?public_key=a%2Fb')).toEqual({ public_key: 'a/b' })
    expect(queryOf('/path')).toBeUndefined()
  })
})

describe('The page', () => {
  test('breaks paragraphs at spaces and leaves no line too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  })

  test('leaves out the middle of a path, in whole parts', () => {
    expect(clipPath('/_matrix/client/v3/user/@anna:example.org/openid/token', 40)).toBe(
      '/_matrix/client/v3/…/openid/token',
    )
  })

  test('frames a mail in lines of one width', () => {
    const lines = frame(['Mail to  a@b.example'], ['Grüße, Łukasz', '', 'x'.repeat(100)], 40)
    expect(new Set(lines.map((line) => [...line].length))).toEqual(new Set([40]))
  })

  test('has colours only when asked to', () => {
    expect(createPaint(false)('green', 'text')).toBe('text')
    expect(createPaint(true)('green', 'text')).toContain('\u001b[')
  })

  test('marks a claim that does not hold with a cross', () => {
    const lines: string[] = []
    const teller = createTerminalTeller({ out: (line) => lines.push(line), coloured: false, columns: 80 })
    teller.check('Nobody is found.', false)
    expect(lines.join('\n')).toContain('✗ Nobody is found.')
    expect(lines.join('\n')).not.toContain('✓')
  })
})
