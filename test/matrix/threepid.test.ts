import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress, canonicalEmail, foldForLookup, isMedium } from '../../src/matrix/threepid.ts'

describe('canonicalEmail', () => {
  it.each([
    ['alice@example.com', 'alice@example.com'],
    ['Strauß@Example.com', 'strauss@example.com'],
    ['STRAUSS@EXAMPLE.COM', 'strauss@example.com'],
    ['ΌΣΟΣ@example.com', 'όσοσ@example.com'],
    ['bob+matrix@example.com', 'bob+matrix@example.com'],
    [`a$\\%'*()b@example.com`, `a$\\%'*()b@example.com`],
    ['$&@example.com', '$&@example.com'],
    ['a..b.@example.com', 'a..b.@example.com'],
    ['a!#/=?^_`{|}~-@example.com', 'a!#/=?^_`{|}~-@example.com'],
    ['root@localhost', 'root@localhost'],
    ['a@mail-1.xn--p1ai', 'a@mail-1.xn--p1ai'],
    ['a@1und1.de', 'a@1und1.de'],
  ])('takes %s as %s', (text, canonical) => {
    expect(canonicalEmail(text)).toBe(canonical)
  })

  it.each([
    ['user@STRAßE.de', 'user@xn--strae-oqa.de'],
    ['user@München.DE', 'user@xn--mnchen-3ya.de'],
    ['user@XN--MNCHEN-3YA.de', 'user@xn--mnchen-3ya.de'],
    ['user@mu\u0308nchen.de', 'user@xn--mnchen-3ya.de'],
    ['user@ｅｘａｍｐｌｅ。com', 'user@example.com'],
  ])('writes the domain of %s as its A-label', (text, canonical) => {
    expect(canonicalEmail(text)).toBe(canonical)
  })

  it('keeps the composed and the decomposed spelling of a local part apart', () => {
    expect(canonicalEmail('JOSÉ@example.com')).toBe('jos\u00e9@example.com')
    expect(canonicalEmail('JOSE\u0301@example.com')).toBe('jose\u0301@example.com')
  })

  it.each([
    ['nothing', ''],
    ['no at sign', 'example.com'],
    ['an empty local part', '@example.com'],
    ['an empty domain', 'alice@'],
    ['two at signs', 'alice@bob@example.com'],
    ['surrounding white space', ' alice@example.com'],
    ['a trailing line feed', 'alice@example.com\n'],
    ['an injected header', 'alice@example.com\r\nBcc: eve@example.org'],
    ['a no-break space', 'al\u00a0ice@example.com'],
    ['a control character', 'al\u0000ice@example.com'],
    ['a C1 control character', 'al\u0085ice@example.com'],
    ['a bidirectional override', 'al\u202eice@example.com'],
    ['a display name', 'Alice <alice@example.com>'],
    ['angle brackets', '<alice@example.com>'],
    ['mailto:', 'mailto:alice@example.com'],
    ['a list', 'alice@example.com,bob'],
    ['a list with semicolons', 'bob;alice@example.com'],
    ['a quoted local part', '"alice"@example.com'],
    ['half of a surrogate pair', 'al\ud800ice@example.com'],
    ['an address literal', 'alice@[192.0.2.1]'],
    ['an IP address', 'alice@192.0.2.1'],
    ['an IP address in disguise', 'alice@0x7f.1'],
    ['a number as domain', 'alice@1'],
    ['an empty label', 'alice@example..com'],
    ['a trailing dot', 'alice@example.com.'],
    ['a leading dot', 'alice@.example.com'],
    ['a label above 63 characters', `alice@${'a'.repeat(64)}.com`],
    ['a label that begins with a hyphen', 'alice@-example.com'],
    ['a label that ends with a hyphen', 'alice@example-.com'],
    ['an underscore in the domain', 'alice@ex_ample.com'],
    ['a percent-encoded domain', 'alice@ex%61mple.com'],
    ['a path after the domain', 'alice@example.com/x'],
    ['a query after the domain', 'alice@example.com?x'],
    ['a backslash in the domain', 'alice@example.com\\x'],
    ['a full-width slash in the domain', 'alice@example.com\uff0fx'],
    ['a soft hyphen as domain', 'alice@\u00ad.de'],
  ])('refuses %s', (_name, text) => {
    expect(canonicalEmail(text)).toBeNull()
  })

  it('takes local parts of up to 64 characters after folding', () => {
    expect(canonicalEmail(`${'é'.repeat(64)}@example.com`)).not.toBeNull()
    expect(canonicalEmail(`${'a'.repeat(65)}@example.com`)).toBeNull()
    expect(canonicalEmail(`${'ß'.repeat(33)}@example.com`)).toBeNull()
  })

  it('takes addresses of up to 254 bytes', () => {
    const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(62)}`
    expect(domain).toHaveLength(190)
    expect(canonicalEmail(`${'x'.repeat(63)}@${domain}`)).toHaveLength(254)
    expect(canonicalEmail(`${'x'.repeat(64)}@${domain}`)).toBeNull()
    expect(canonicalEmail(`${'é'.repeat(32)}@${domain}`)).toBeNull()
    expect(canonicalEmail(`${'x'.repeat(100_000)}@example.com`)).toBeNull()
  })

  it('arrives at a form that is canonical itself and holds no upper case', () => {
    const local = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(local, fc.domain(), (name, domain) => {
        const canonical = canonicalEmail(`${name}@${domain}`)
        fc.pre(canonical !== null)
        expect(canonicalEmail(canonical)).toBe(canonical)
        expect(canonical).not.toMatch(/[A-Z\s]/)
      }),
      { numRuns: 300 },
    )
  })
})

describe('canonicalAddress', () => {
  it('reads e-mail addresses as canonicalEmail does', () => {
    expect(canonicalAddress('email', 'Alice@Example.com')).toBe('alice@example.com')
    expect(canonicalAddress('email', '18005552067')).toBeNull()
  })

  it('takes international digits and strips one plus sign', () => {
    expect(canonicalAddress('msisdn', '18005552067')).toBe('18005552067')
    expect(canonicalAddress('msisdn', '+18005552067')).toBe('18005552067')
    expect(canonicalAddress('msisdn', '390669812345')).toBe('390669812345')
    expect(canonicalAddress('msisdn', '4915112345678901')).toBe('4915112345678901')
  })

  it.each([
    '',
    '+',
    '12',
    '++18005552067',
    '1 800 555',
    '1-800-555',
    '07700900001',
    '1'.repeat(21),
    '٤٤٧٧٠٠٩٠٠',
    '123\n',
    'alice@example.com',
  ])('refuses %j as a phone number', (text) => {
    expect(canonicalAddress('msisdn', text)).toBeNull()
  })
})

describe('foldForLookup', () => {
  it('is the canonical form where there is one', () => {
    expect(foldForLookup('email', 'Strauß@Example.com')).toBe('strauss@example.com')
    expect(foldForLookup('email', 'user@STRAßE.de')).toBe('user@xn--strae-oqa.de')
    expect(foldForLookup('msisdn', '+447700900001')).toBe('447700900001')
  })

  it('only folds what has no canonical form, and trims nothing', () => {
    expect(foldForLookup('email', ' Alice@Example.com')).toBe(' alice@example.com')
    expect(foldForLookup('email', 'Nobody')).toBe('nobody')
    expect(foldForLookup('msisdn', '+44 7700')).toBe('44 7700')
    expect(foldForLookup('msisdn', '')).toBe('')
  })
})

describe('isMedium', () => {
  it('knows the two media in lower case only', () => {
    expect(['email', 'msisdn'].map(isMedium)).toEqual([true, true])
    expect(['Email', 'phone', '', null, 1, undefined].some(isMedium)).toBe(false)
  })
})
