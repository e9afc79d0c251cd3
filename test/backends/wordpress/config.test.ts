import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { checkSection } from '../../../src/backends/sections.ts'
import { wordpressSection } from '../../../src/backends/wordpress/config.ts'

const url = 'https://www.example.org'
const connection = { type: 'mariadb', database: 'wordpress', user: 'reader' } as const

describe('The section of a WordPress site', () => {
  const keysOf = (section: Partial<z.input<typeof wordpressSection>>) =>
    [...checkSection(wordpressSection.parse({ id: 'blog', type: 'wordpress', ...section }))].map(({ keys }) =>
      keys.join('.'),
    )

  test('is complete with a URL, with a database, or with both', () => {
    expect(keysOf({ url })).toEqual([])
    expect(keysOf({ connection, login: 'none' })).toEqual([])
    expect(keysOf({ connection, login: 'database' })).toEqual([])
    expect(keysOf({ url, connection })).toEqual([])
    expect(keysOf({ url, connection, userColumn: 'user_nicename' })).toEqual([])
  })

  test('needs the URL for logins through the plugin', () => {
    expect(keysOf({ connection })).toEqual(['url'])
  })

  test('needs the database for everything else', () => {
    expect(keysOf({ login: 'none' })).toEqual(['connection'])
    expect(keysOf({ url, login: 'database' })).toEqual(['connection'])
    expect(keysOf({ url, userColumn: 'user_nicename' })).toEqual(['userColumn'])
  })

  test('checks the connection too', () => {
    expect(keysOf({ login: 'none', connection: { type: 'mysql', database: 'wordpress' } })).toEqual([
      'connection.user',
    ])
  })

  test('has no example of phone numbers that customers of a shop write themselves', () => {
    const { example } = wordpressSection.shape.phoneMeta.meta() ?? {}
    expect(example).toEqual(['office_phone'])
  })

  test.each(['wp-', 'wp_`; drop table x; --', 'wp users', ''])(
    'refuses the table prefix %j',
    (tablePrefix) => {
      const section = { id: 'blog', type: 'wordpress', url, tablePrefix }
      expect(wordpressSection.safeParse(section).success).toBe(false)
    },
  )
})
