import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { generatedDocs } from './generate-docs.ts'

/** Fails when a generated document differs from what is committed, or is missing. */
const root = resolve(import.meta.dirname, '..')
for (const [path, content] of Object.entries(generatedDocs())) {
  const committed = await readFile(resolve(root, path), 'utf8').catch(() => null)
  if (committed === content) continue
  console.error(`${path} is ${committed === null ? 'missing' : 'out of date'}: run npm run docs`)
  process.exitCode = 1
}
