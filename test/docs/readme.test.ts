import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { usage } from '../../src/cli/run.ts'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(resolve(root, 'README.md'), 'utf8')
const { dependencies, scripts } = z
  .object({ dependencies: z.record(z.string(), z.string()), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')))

it('tells of every library of the server what it is for', () => {
  const rows = [...readme.matchAll(/^\| ([\w@/, .-]+) \| .+ \|$/gm)].flatMap(([, names = '']) =>
    names.split(', '),
  )
  expect(Object.keys(dependencies).filter((name) => !rows.includes(name))).toEqual([])
})

it('has a row for every command', () => {
  const commands = [...usage.matchAll(/^ {2}([a-z-]+) /gm)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('-'))
  expect(commands.length).toBeGreaterThan(20)
  expect(commands.filter((name) => !new RegExp(`^\\| .*\`${name}[ \`]`, 'm').test(readme))).toEqual([])
})

it('names only scripts that exist', () => {
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
})

it('leads only to pages and pictures that exist', () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
  const local = targets.filter((target) => !target.startsWith('https://'))
  expect(local.length).toBeGreaterThan(20)
  expect(local.filter((target) => !existsSync(resolve(root, target)))).toEqual([])
})
