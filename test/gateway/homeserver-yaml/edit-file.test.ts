import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { editFile } from '../../../src/gateway/homeserver-yaml/edit-file.ts'
import type { Edit } from '../../../src/gateway/homeserver-yaml/finding.ts'

const set = (path: Edit['path'], value: unknown): Edit => ({ kind: 'set', path, value })
const add = (path: Edit['path'], ...items: readonly string[]): Edit => ({ kind: 'add', path, items })
const remove = (...path: Edit['path']): Edit => ({ kind: 'remove', path })

const cases: readonly [what: string, before: string, edit: Edit, after: string | null][] = [
  ['a value gives way where it stands', 'a: 1 # why\nb: 2\n', set(['a'], 'x'), 'a: x # why\nb: 2\n'],
  ['a quoted value, too', "a: 'old'\n", set(['a'], 'https://x'), 'a: https://x\n'],
  ['an empty value is filled in', 'a:\nb: 2\n', set(['a'], 'x'), 'a: x\nb: 2\n'],
  ['a new key comes at the end', 'a: 1\n\n\n', set(['b'], 2), 'a: 1\n\nb: 2\n'],
  [
    'a new key comes below its example',
    'a: 1\n# All about b.\n#b: 3\n#  - x\n\nc: 1\n',
    set(['b'], 2),
    'a: 1\n# All about b.\n#b: 3\n#  - x\nb: 2\n\nc: 1\n',
  ],
  [
    'a section is written on one line',
    'a: 1\n',
    set(['b'], { per: 1, burst: 2 }),
    'a: 1\n\nb: { per: 1, burst: 2 }\n',
  ],
  [
    'a key joins its section',
    'e:\n  # host\n  h: x\n',
    set(['e', 'name'], 1),
    'e:\n  # host\n  name: 1\n  h: x\n',
  ],
  ['a key joins its section in brackets', 'e: { h: x }\n', set(['e', 'name'], 1), 'e: { name: 1, h: x }\n'],
  ['a key makes its section', 'a: 1\n', set(['e', 'name'], 1), 'a: 1\n\ne:\n  name: 1\n'],
  ['a key fills its empty section', 'e:\na: 1\n', set(['e', 'name'], 1), 'e:\n  name: 1\na: 1\n'],
  [
    'what Python would take for something else is put in quotes',
    'a: 1\n',
    set(['b'], 'yes'),
    'a: 1\n\nb: "yes"\n',
  ],
  [
    'a list grows as it is written',
    "l:\n  - '10.0.0.1' # one\n  # two\na: 1\n",
    add(['l'], '10.0.0.2'),
    "l:\n  - '10.0.0.1' # one\n  - '10.0.0.2'\n  # two\na: 1\n",
  ],
  ['a list without indentation', 'l:\n- a\nb: 1\n', add(['l'], 'cc'), 'l:\n- a\n- cc\nb: 1\n'],
  ['a list in brackets', 'l: [a, b] # names\n', add(['l'], 'cc', 'b'), 'l: [a, b, cc] # names\n'],
  ['an empty list', 'l: []\nb: 1\n', add(['l'], '::1'), "l: ['::1']\nb: 1\n"],
  ['a list without a value', 'l:\nb: 1\n', add(['l'], '::1'), "l: ['::1']\nb: 1\n"],
  ['a list that is not there', 'b: 1\n', add(['l'], '::1'), "b: 1\n\nl: ['::1']\n"],
  [
    'a list deep inside',
    'l:\n  - port: 1\n    r:\n      - names: [client]\n',
    add(['l', 0, 'r', 0, 'names'], 'federation'),
    'l:\n  - port: 1\n    r:\n      - names: [client, federation]\n',
  ],
  ['a key goes with its value', 'a: 1\nb:\n  - 1\n  - 2\nc: 3\n', remove('b'), 'a: 1\nc: 3\n'],
  ['a key goes from its section', 'a:\n  x: 1\n  y: 2\n', remove('a', 'x'), 'a:\n  y: 2\n'],
  ['a section goes with its last key', 'a:\n  x: 1\nb: 2\n', remove('a', 'x'), 'b: 2\n'],
  ['a key goes from brackets', 'a: { x: 1, y: 2 }\n', remove('a', 'x'), 'a: { y: 2 }\n'],
  ['what is there already is no change', 'a: [x]\n', add(['a'], 'x'), null],
  ['what is not there cannot go', 'a: 1\n', remove('b'), null],
  ['a plain value is no section', 'a: 1\n', set(['a', 'b'], 1), null],
  ['a list is no file of keys', '- 1\n', set(['a'], 1), null],
  ['a broken file is left alone', 'a: [1\n', set(['b'], 1), null],
  ['a file without its last newline', 'a: 1', set(['b'], 2), 'a: 1\n\nb: 2\n'],
  ['an empty file', '', set(['b'], 2), 'b: 2\n'],
]

test.each(cases)('%s', (_what, before, edit, after) => {
  expect(editFile(before, edit)).toBe(after)
})

test('whatever the file is, a change makes what was meant and loses no other value', () => {
  const key = fc.constantFrom('a', 'b', 'l', 'e')
  const scalar = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('x', 'two words', 'a: b', '', '- z', '#h', 'on', '~'),
  )
  const value = fc.oneof(
    scalar,
    fc.array(fc.constantFrom('p', 'q r', '10.0.0.1'), { maxLength: 3 }),
    fc.dictionary(key, scalar, { maxKeys: 3 }),
  )
  const edits = fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      path: fc.array(key, { minLength: 1, maxLength: 2 }),
      value: scalar,
    }),
    fc.record({ kind: fc.constant('add' as const), path: fc.tuple(key), items: fc.constant(['n', '::1']) }),
    fc.record({ kind: fc.constant('remove' as const), path: fc.array(key, { minLength: 1, maxLength: 2 }) }),
  )
  const flow = fc.constantFrom<'any' | 'flow'>('any', 'flow')
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 4 }), edits, flow, (values, edit, collectionStyle) => {
      const text = stringify(values, { version: '1.1', collectionStyle })
      const after = editFile(text, edit)
      if (after === null) return
      const read = (parse(after, { version: '1.1' }) ?? {}) as Record<string, unknown>
      const [top = ''] = edit.path
      const { [top]: changed, ...others } = read
      const { [top]: former, ...before } = values
      expect(others).toEqual(before)
      expect(changed).not.toEqual(former)
    }),
    { numRuns: 1000 },
  )
})
