import { describe, expect, test } from 'vitest'
import { parsePhpValue } from '../../../src/backends/wordpress/php-value.ts'
import { capabilityNames } from '../../../src/backends/wordpress/profile.ts'

describe('What PHP serialises', () => {
  test.each([
    ['N;', null],
    ['b:1;', true],
    ['b:0;', false],
    ['i:-12;', -12],
    ['d:0.5;', 0.5],
    ['s:0:"";', ''],
    ['s:6:"Zo\u00eb\u20ac";', undefined],
    ['s:7:"Zo\u00eb\u20ac";', 'Zo\u00eb\u20ac'],
    ['s:3:"a"b";', 'a"b'],
    ['s:2:"";";', '";'],
    ['a:0:{}', new Map()],
    [
      'a:2:{i:0;s:1:"a";s:1:"k";a:1:{i:3;N;}}',
      new Map<string, unknown>([
        ['0', 'a'],
        ['k', new Map([['3', null]])],
      ]),
    ],
  ])('%s is read', (text, value) => {
    expect(parsePhpValue(text)).toEqual(value)
  })

  test.each([
    '',
    'x',
    's:99:"a";',
    's:1:"ab";',
    's:1:"a"',
    'a:2:{i:0;b:1;}',
    'a:1:{i:0;b:1;',
    'a:1:{a:0:{}b:1;}',
    'a:1000000:{}',
    'b:1;b:1;',
    'i:1e999;',
    'O:8:"stdClass":0:{}',
    'a:1:{i:0;O:8:"stdClass":0:{}}',
    'C:1:"A":0:{}',
    'a:1:{i:0;'.repeat(5_000),
  ])('%s is nothing', (text) => {
    expect(parsePhpValue(text)).toBeUndefined()
  })
})

describe('Roles of a user', () => {
  test.each([
    ['a:1:{s:13:"administrator";b:1;}', ['administrator']],
    ['a:2:{s:6:"editor";b:1;s:10:"subscriber";b:0;}', ['editor']],
    ['a:1:{s:6:"author";s:1:"1";}', ['author']],
    ['a:0:{}', []],
    ['garbage', []],
    [null, []],
  ])('%s', (capabilities, roles) => {
    expect(capabilityNames(capabilities)).toEqual(roles)
  })
})
