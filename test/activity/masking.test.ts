import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskAddress, maskEmail, maskPhone, maskText } from '../../src/activity/masking.ts'
import { createLogger } from '../../src/activity/logger.ts'

describe('masking', () => {
  it.each([
    ['alice@example.org', 'a***@e***.org'],
    ['a@b.c', 'a***@b***.c'],
    ['😀smile@example.co.uk', '😀***@e***.uk'],
    ['alice@localhost', 'a***@l***'],
    ['@example.org', '***'],
    ['no address', '***'],
    ['', '***'],
  ])('of the e-mail address %j leaves %j', (address, expected) => {
    expect(maskEmail(address)).toBe(expected)
  })

  it.each([
    ['447700900001', '44***01'],
    ['1234567', '12***67'],
    ['123456', '***'],
    ['', '***'],
  ])('of the phone number %j leaves %j', (digits, expected) => {
    expect(maskPhone(digits)).toBe(expected)
  })

  it('of an address goes by its form', () => {
    expect([maskAddress('alice@example.org'), maskAddress('447700900001')]).toEqual([
      'a***@e***.org',
      '44***01',
    ])
  })

  it.each([
    ['550 5.1.1 <alice@example.org>: no such user', '550 5.1.1 <a***@e***.org>: no such user'],
    ['to=alice@example.org,bob@example.org', 't***@e***.org,b***@e***.org'],
    ['+447700900001 is not reachable', '44***01 is not reachable'],
    ['nothing here', 'nothing here'],
  ])('of a longer text: %j becomes %j', (text, expected) => {
    expect(maskText(text)).toBe(expected)
  })

  it('of a longer text leaves no address in it, whatever stands around', () => {
    const local = fc.string({ unit: fc.constantFrom(...'abcxyz019.+_-'), minLength: 2, maxLength: 20 })
    const around = fc.string({ maxLength: 30 })
    fc.assert(
      fc.property(around, local, around, (before, name, after) => {
        const address = `${name}@secret.example`
        expect(maskText(`${before} ${address} ${after}`)).not.toContain(`${name}@secret`)
      }),
    )
  })
})

describe('the log', () => {
  function lines(write: (log: ReturnType<typeof createLogger>) => void, masked = true): string {
    const written: string[] = []
    const destination = { write: (line: string) => void written.push(line) }
    write(createLogger({ level: 'debug', masked: () => masked, destination }))
    return written.join('')
  }

  it('masks addresses in fields, in lists, deep down, in errors and their causes', () => {
    const text = lines((log) => {
      log.info(
        { to: 'alice@example.org', list: ['bob@example.org'], a: { b: { c: 'carol@example.org' } } },
        'said',
      )
      log.error(
        { err: new Error('for dave@example.org', { cause: new Error('by erin@example.org') }) },
        'failed',
      )
      log.info(
        { a: { b: { c: { d: { e: { f: { g: 'grace@example.org' } } } } } } },
        'deeper than anybody reads',
      )
      log.child({ about: 'frank@example.org' }).debug({}, 'child')
    })
    expect(text).toContain('a***@e***.org')
    expect(text).not.toMatch(/(alice|bob|carol|dave|erin|frank|grace)@/)
  })

  it('masks an address in the message', () => {
    expect(lines((log) => log.info({}, 'mail to alice@example.org'))).not.toContain('alice@')
  })

  it('hides secrets by the name of their field', () => {
    const secrets = {
      token: 's1',
      access_token: 's2',
      client_secret: 's3',
      nested: { password: 's4', private_key: 's5' },
    }
    const text = lines((log) => log.info(secrets, 'said'))
    expect(text).not.toMatch(/"s\d"/)
    expect(text).toContain('[secret]')
  })

  it('shows addresses in full when the operator wants it, and still no secret', () => {
    const text = lines((log) => log.info({ to: 'alice@example.org', token: 's1' }, 'said'), false)
    expect(text).toContain('alice@example.org')
    expect(text).not.toContain('"s1"')
  })
})
