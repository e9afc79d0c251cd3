import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'src/gateway/homeserver-yaml')

test('the page on homeserver.yaml names every code, and no other', async () => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const sources = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  const inCode = sources.flatMap((text) => [...text.matchAll(/\bcode: '([\w-]+)'/g)].map(([, code]) => code))
  const page = await readFile(join(root, 'docs/homeserver-yaml.md'), 'utf8')
  const cells = page.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? [])
  const inPage = cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, code]) => code))
  expect([...inPage].sort()).toEqual([...new Set(inCode)].sort())
})
