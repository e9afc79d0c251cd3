import { describe, expect, it } from 'vitest'
import { filterProblem, tidyFilter } from '../../../src/backends/ldap/filter-syntax.ts'
import { parseFilter } from '../../../src/backends/ldap/filters.ts'
import { parseServer } from '../../../src/backends/ldap/wire/server.ts'
import { firstRdn, isWithin } from '../../../src/backends/ldap/dn.ts'
import { backendSections, checkSection } from '../../../src/backends/sections.ts'
import { ldapInput, type LdapInput } from './support/school-directory.ts'

function findings(changes: Partial<LdapInput>) {
  const config = backendSections.parse(ldapInput({ ldapUrl: 'ldap://dc1.school.example' }, changes))
  return [...checkSection(config)].map(({ keys, fix, message }) => ({ key: keys.join('.'), message, fix }))
}

describe('the settings of a directory', () => {
  it('need no more than servers and bases', () => {
    const section = {
      id: 'school',
      type: 'ldap',
      servers: ['ldaps://dc1.example'],
      bases: ['dc=school'],
    } as const
    expect([...checkSection(backendSections.parse(section))]).toEqual([])
  })

  it.each<[string, Partial<LdapInput>, string, string]>([
    ['no base', { bases: [] }, 'bases', 'ou=people'],
    ['an empty base', { bases: [''] }, 'bases.0', 'ou=people'],
    [
      'a URL for a base',
      { bases: ['ldap://dc1.school.example/dc=school'] },
      'bases.0',
      'Write the URL in "servers"',
    ],
    ['a URL for a base of groups', { groups: { bases: ['https://x'] } }, 'groups.bases.0', 'servers'],
    [
      'a host for a URL',
      { servers: ['dc1.school.example'] },
      'servers.0',
      'Write ldaps://dc1.school.example or ldap://',
    ],
    [
      'another kind of URL',
      { servers: ['https://dc1.school.example'] },
      'servers.0',
      'ldaps://dc1.example.org',
    ],
    ['a base in the URL', { servers: ['ldap://dc1.school.example/dc=school'] }, 'servers.0', '"bases"'],
    [
      'a password in the URL',
      { servers: ['ldap://cn=x:geheim@dc1.school.example'] },
      'servers.0',
      'ldaps://',
    ],
    [
      'STARTTLS with ldaps',
      { servers: ['ldaps://dc1.school.example'], startTls: true },
      'servers.0',
      'startTls',
    ],
    ['an account without password', { bindPassword: null }, 'bindPassword', 'anonymous'],
    ['a password without account', { bindDn: null }, 'bindDn', 'cn=signpost'],
    ['an open filter', { filter: '(uid=a' }, 'filter', 'parentheses'],
    ['a bare filter for one use', { filters: { search: 'uid=a' } }, 'filters.search', 'parentheses'],
  ])('refuse %s', (_what, changes, key, fix) => {
    expect(findings(changes)).toEqual([
      { key, message: expect.any(String), fix: expect.stringContaining(fix) },
    ])
  })

  it('keep passwords out of what they say', () => {
    expect(JSON.stringify(findings({ servers: ['ldap://cn=x:geheim@dc1.school.example'] }))).not.toContain(
      'geheim',
    )
    expect(JSON.stringify(findings({ servers: ['cn=x:geheim@dc1.school.example'] }))).not.toContain('geheim')
  })
})

describe('the URL of a directory server', () => {
  it.each([
    ['ldap://dc1.School.example', 'dc1.school.example', 389, false],
    ['LDAPS://dc1.school.example/', 'dc1.school.example', 636, true],
    ['ldaps://dc1.school.example:443', 'dc1.school.example', 443, true],
    ['ldap://[2001:db8::1]', '2001:db8::1', 389, false],
    ['ldap://[2001:db8::1]:10389', '2001:db8::1', 10_389, false],
    ['ldap://bücher.example', 'xn--bcher-kva.example', 389, false],
  ])('%s', (text, host, port, tls) => {
    expect(parseServer(text)).toMatchObject({ host, port, tls })
  })

  it.each(['', 'ldap://', 'ldap:///', 'ldap://a b', 'ldap://host:99999', 'ldapi:///run/slapd'])(
    'is not "%s"',
    (text) => {
      expect(parseServer(text)).toMatchObject({ problem: expect.any(String), fix: expect.any(String) })
    },
  )
})

describe('a filter of an operator', () => {
  it.each([
    '(uid=anna)',
    '(&(a=b)(|(c=d*e*)(!(f=*))))',
    '(memberOf:1.2.840.113556.1.4.1941:=cn=a,dc=b)',
    '(userAccountControl:1.2.840.113556.1.4.803:=2)',
    '(:dn:2.5.13.5:=x)',
    '(cn=Anna \\28x\\29)',
    '  (& (a=b)\n  (| (c=d) (e=f) )\n)  ',
    '(a>=1)',
    '(a<=1)',
    '(a~=b)',
    '(a=)',
  ])('may be %s', (text) => {
    expect(filterProblem(tidyFilter(text))).toBeNull()
    expect(() => parseFilter(text, 'filter')).not.toThrow()
  })

  it.each([
    '',
    'uid=anna',
    '(uid=anna',
    '(uid=anna))',
    '(&)',
    '(!(a=b)(c=d))',
    '(=x)',
    '(uid)',
    '(cn;lang-de=x)',
    '(uid=a(b)',
    '(uid=\\zz)',
    '((uid=a))',
    '(uid=a)(uid=b)',
    '(&(a=b)',
  ])('is not %s', (text) => {
    expect(filterProblem(text)).toEqual(expect.any(String))
  })
})

describe('the name of an entry', () => {
  it.each([
    ['cn=anna,ou=people', 'anna'],
    ['cn=Gruber\\, Carol \\"CC\\",ou=people', 'Gruber, Carol "CC"'],
    ['CN = M\\c3\\bcller \\2b Co + uid=x,ou=people', 'Müller + Co'],
    ['cn=a\\\\,ou=people', 'a\\'],
  ])('begins, in %s, with %s', (dn, value) => {
    expect(firstRdn(dn)?.value).toBe(value)
  })

  it('lies within another one at commas only', () => {
    expect(isWithin('ou=People, DC=School,dc=example', 'dc=school,DC=Example')).toBe(true)
    expect(isWithin('dc=school,dc=example', 'dc=school,dc=example')).toBe(true)
    expect(isWithin('dc=oldschool,dc=example', 'school,dc=example')).toBe(false)
  })
})
