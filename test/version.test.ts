import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { version } from '../src/version.ts'

test('the program names the version of its package', () => {
  const file = resolve(import.meta.dirname, '../package.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version })
})
