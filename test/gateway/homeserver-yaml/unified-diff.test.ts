import { writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unifiedDiff } from '../../../src/gateway/homeserver-yaml/unified-diff.ts'
import { run } from '../../support/child-process.ts'
import { createTempDir } from '../../support/temp-dir.ts'

const all = { name: 'file.yaml', mayShow: () => true }

test('texts that are the same have no difference', () => {
  expect(unifiedDiff('a\nb\n', 'a\nb\n', all)).toBe('')
})

test('a changed line stands between three lines of context', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n')
  expect(unifiedDiff(before, before.replace('5', 'five'), all)).toBe(
    [
      '--- file.yaml',
      '+++ file.yaml',
      '@@ -2,7 +2,7 @@',
      ' 2',
      ' 3',
      ' 4',
      '-5',
      '+five',
      ' 6',
      ' 7',
      ' 8',
      '',
    ].join('\n'),
  )
})

test('context ends at a line that may not be shown', () => {
  const before = 'a\nsecret: x\nb\nc\nd\nsecret: y\n'
  const diff = unifiedDiff(before, before.replace('\nc\n', '\nC\n'), {
    ...all,
    mayShow: (line) => !line.includes('secret'),
  })
  expect(diff).toBe(
    ['--- file.yaml', '+++ file.yaml', '@@ -3,3 +3,3 @@', ' b', '-c', '+C', ' d', ''].join('\n'),
  )
})

test('patch makes the new text of the old one and any difference, with context and without', async () => {
  const dir = await createTempDir('diff')
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd: 1', '', '- x', '--- y', '+++ z'), { maxLength: 25 })
    .chain((lines) => fc.constantFrom(lines.join('\n'), [...lines, ''].join('\n')))
  await fc.assert(
    fc.asyncProperty(text, text, fc.boolean(), async (before, after, shown) => {
      const diff = unifiedDiff(before, after, { name: 'file', mayShow: () => shown })
      expect(diff === '').toBe(before === after)
      if (diff === '') return
      const [file, patch] = [join(dir, 'file'), join(dir, 'patch')]
      await writeFile(file, before)
      await writeFile(patch, diff)
      await run('patch', ['--batch', '--no-backup-if-mismatch', '--unified', '-p0', '-i', patch], {
        cwd: dir,
      })
      // `patch` removes a file that has become empty.
      expect(await readFile(file, 'utf8').catch(() => '')).toBe(after)
    }),
    { numRuns: 150 },
  )
})
