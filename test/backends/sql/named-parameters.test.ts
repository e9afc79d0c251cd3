import { describe, expect, it } from 'vitest'
import { bindStatement, parameterNames } from '../../../src/backends/sql/named-parameters.ts'

const values = { a: 'A', b: 2, list: ['x', 'y'], none: [] }

describe('named parameters', () => {
  it('become the placeholders of each client, in their order', () => {
    const text = 'select :a, :b, :a'
    expect(bindStatement(text, values, 'postgres')).toEqual({
      text: 'select $1, $2, $3',
      values: ['A', 2, 'A'],
    })
    for (const dialect of ['sqlite', 'mysql'] as const) {
      expect(bindStatement(text, values, dialect)).toEqual({ text: 'select ?, ?, ?', values: ['A', 2, 'A'] })
    }
  })

  it('may be lists, also empty ones', () => {
    expect(bindStatement('x in (:list) or y in (:none)', values, 'postgres')).toEqual({
      text: 'x in ($1, $2) or y in (null)',
      values: ['x', 'y'],
    })
  })

  it.each([
    ['postgres', `select ':a', "c:a", E'\\':a', $$ :a $$, $x$ :a $$ :a $x$ -- :a`],
    ['postgres', 'select /* :a /* :a */ :a */ x::text, tags[1:b], now()::a'],
    ['mysql', `select ':a', 'it''s :a', 'it\\'s :a', "\\":a", \`c:a\` # :a`],
    ['mysql', 'select @x := 1 -- :a\n, /* :a */ 2'],
    ['sqlite', `select ':a', 'it''s :a', "c:a", [c:a], \`c:a\` /* :a */`],
    ['sqlite', `select 'an open end :a`],
  ] as const)('are left alone in strings, names, comments and casts of %s: %s', (dialect, text) => {
    expect(bindStatement(text, values, dialect)).toEqual({ text, values: [] })
  })

  it('are found right behind what is left alone', () => {
    expect(bindStatement(`select 'x'||:a/*c*/,:b--`, values, 'sqlite')).toEqual({
      text: `select 'x'||?/*c*/,?--`,
      values: ['A', 2],
    })
    expect(bindStatement('select (:a)::text', values, 'postgres').text).toBe('select ($1)::text')
    expect(bindStatement(`select '\\' || :a`, values, 'postgres').text).toBe(`select '\\' || $1`)
    expect(bindStatement(`select date'2024-01-01', :a`, values, 'postgres').text).toBe(
      `select date'2024-01-01', $1`,
    )
  })

  it('leave no semicolon at the end', () => {
    expect(bindStatement('select :a ; \n', values, 'mysql').text).toBe('select ?')
  })

  it('without a value are named, with those that there are', () => {
    expect(() => bindStatement('select :nope', { a: 1 }, 'mysql')).toThrow(
      expect.objectContaining({
        code: 'configuration',
        message: expect.stringContaining(':nope'),
        fix: 'It may use :a.',
      }),
    )
    expect(() => bindStatement('select :constructor', {}, 'mysql')).toThrow(/:constructor/)
  })

  it('are asked for when a statement has placeholders of the client', () => {
    for (const [text, dialect] of [
      ['select ?', 'mysql'],
      ['select ?', 'sqlite'],
      ['select $1', 'postgres'],
    ] as const) {
      expect(() => bindStatement(text, values, dialect)).toThrow(/placeholder/)
    }
    expect(bindStatement(`select '{}'::jsonb ? 'a'`, values, 'postgres').values).toEqual([])
  })

  it('are listed once each', () => {
    expect(parameterNames(`select :a, ':b', :list, :a`, 'sqlite')).toEqual(['a', 'list'])
  })
})
