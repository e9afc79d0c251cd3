import { describe, expect, test } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { isInDomain, judgeRegistration } from '../../src/registration/policy.ts'

type Input = Parameters<typeof configSchema.parse>[0]

describe('a domain of the lists', () => {
  test.each([
    ['example.org', 'example.org', true],
    ['example.org', 'sub.example.org', false],
    ['.example.org', 'example.org', false],
    ['.example.org', 'sub.example.org', true],
    ['.example.org', 'a.b.example.org', true],
    ['*example.org', 'example.org', true],
    ['*example.org', 'sub.example.org', true],
    ['*example.org', 'anexample.org', false],
    ['example.org', 'exampleXorg', false],
    ['Example.ORG', 'example.org', true],
    ['*münchen.example', 'xn--mnchen-3ya.example', true],
  ])('%s and %s: %s', (entry, domain, is) => {
    expect(isInDomain(domain, entry)).toBe(is)
  })
})

describe('registration with an address', () => {
  const judge = (
    registration: object,
    address: string,
    { invited = false, member = false as boolean | null, medium = 'email' as 'email' | 'msisdn' } = {},
  ) =>
    judgeRegistration(
      configSchema.parse({ registration } as Input).registration,
      { medium, address },
      { isInvited: async () => invited, isMember: async () => member },
    )

  test('is put off where it cannot be found out who is a member, unless that does not matter', async () => {
    const unclear = { allowed: false, because: 'unclear' }
    expect(await judge({ members: true }, 'a@x.example', { member: null })).toEqual(unclear)
    const others = { members: true, others: 'allow' }
    expect(await judge(others, 'a@x.example', { member: null })).toEqual({ allowed: true, because: 'others' })
    const denied = { members: true, domains: { deny: ['x.example'] } }
    expect(await judge(denied, 'a@x.example', { member: null })).toMatchObject({ because: 'denied' })
  })

  test('is refused to strangers, unless others are allowed', async () => {
    expect(await judge({}, 'a@x.example')).toEqual({ allowed: false, because: 'others' })
    expect(await judge({ others: 'allow' }, 'a@x.example')).toEqual({ allowed: true, because: 'others' })
  })

  test('is allowed by an invitation, whatever the lists say', async () => {
    const rules = { domains: { deny: ['x.example'] } }
    expect(await judge(rules, 'a@x.example', { invited: true })).toEqual({
      allowed: true,
      because: 'invited',
    })
    expect(await judge({ ...rules, invited: false }, 'a@x.example', { invited: true })).toEqual({
      allowed: false,
      because: 'denied',
      rule: 'x.example',
    })
  })

  test('is decided by the lists, first by what they deny', async () => {
    const rules = { domains: { allow: ['*x.example'], deny: ['guests.x.example'] } }
    expect(await judge(rules, 'a@x.example')).toMatchObject({ allowed: true })
    expect(await judge(rules, 'a@staff.x.example')).toMatchObject({ allowed: true })
    expect(await judge(rules, 'a@guests.x.example')).toEqual({
      allowed: false,
      because: 'denied',
      rule: 'guests.x.example',
    })
    expect(await judge(rules, 'x.example@evil.example')).toMatchObject({ allowed: false })
  })

  test('is decided by regular expressions over the whole address, for phone numbers, too', async () => {
    const rules = { patterns: { allow: ['49170\\d+', '[^@]+\\.staff@x\\.example'], deny: ['root.*'] } }
    expect(await judge(rules, '491701234567', { medium: 'msisdn' })).toMatchObject({ allowed: true })
    expect(await judge(rules, '1491701234567', { medium: 'msisdn' })).toMatchObject({ allowed: false })
    expect(await judge(rules, 'anna.staff@x.example')).toMatchObject({ allowed: true })
    expect(await judge(rules, 'root.staff@x.example')).toEqual({
      allowed: false,
      because: 'denied',
      rule: 'root.*',
    })
  })

  test('is allowed to members only where that is configured', async () => {
    expect(await judge({}, 'a@x.example', { member: true })).toMatchObject({ allowed: false })
    expect(await judge({ members: true }, 'a@x.example', { member: true })).toEqual({
      allowed: true,
      because: 'member',
    })
  })
})
