import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, '../contents')

/**
 * Compares the files of a package with the committed list `contents/NAME.txt`. Chunks of the bundle and templates come
 * and go with the sources, by the dozen; each kind is one line. `UPDATE_CONTENTS=1 npm test -- test/packaging`
 * writes the lists anew.
 */
export async function expectContents(name: string, files: readonly string[]): Promise<void> {
  const text = `${[...new Set(files.map(generalised))].sort().join('\n')}\n`
  const list = join(folder, `${name}.txt`)
  if (process.env['UPDATE_CONTENTS'] === '1') await writeFile(list, text)
  expect(text).toBe(await readFile(list, 'utf8'))

  const unwanted = /\.(map|tsx?|mts|cts|md|cc?|h|gyp)$|(^|\/)(test|tests|src|docs|\.[^/]+)(\/|$)/
  expect(files.filter((file) => unwanted.test(file) && !file.endsWith('/README.md'))).toEqual([])
}

function generalised(file: string): string {
  return file
    .replace(/(^|\/)dist\/[^/]+\.js$/, '$1dist/*.js')
    .replace(/(^|\/)dist\/builtin\/(\w+)\/[^/]+\.(html|txt)$/, '$1dist/builtin/$2/*.$3')
    .replace(/(^|\/)dist\/electron\/[^/]+\.(js|cjs)$/, '$1dist/electron/*.$2')
    .replace(/(^|\/)dist\/renderer\/assets\/[^/]+\.(\w+)$/, '$1dist/renderer/assets/*.$2')
}
