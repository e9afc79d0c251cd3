import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { allStates } from '../../src/invitations/states.ts'

const page = readFileSync(new URL('../../docs/invitations.md', import.meta.url), 'utf8')
const config = configSchema.parse({ matrix: { domain: 'example.org' } })

it('describes every state of an invitation, and no other', () => {
  const [, section = ''] = page.split('## The states')
  const [table = ''] = section.split('No identity server hears')
  const described = [...table.matchAll(/^\| `([a-z]+)`/gm)].map(([, state]) => state)
  expect(described.toSorted()).toEqual([...allStates].toSorted())
})

it('names settings that exist', () => {
  const named = [...page.matchAll(/`((?:invitations|rateLimits)\.[A-Za-z.0-9]+)`/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(8)
  for (const name of named) {
    const value = name
      ?.split('.')
      .reduce<unknown>((section, key) => (section as Record<string, unknown> | undefined)?.[key], config)
    expect(value, name).not.toBeUndefined()
  }
})

it('says how long invitations wait by default', () => {
  const days = config.invitations.expireAfter / 86_400_000
  expect(page).toContain(`The default is ${days} days`)
})
