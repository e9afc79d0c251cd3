import { expect, test } from 'vitest'
import { changesBetween } from '../../src/config/changes-between.ts'
import { configJsonSchema } from '../../src/config/json-schema.ts'

const schema = configJsonSchema()
const between = (current: unknown, wanted: Record<string, unknown>) => changesBetween(current, wanted, schema)

test('only keys that differ change, each by itself', () => {
  const current = { matrix: { domain: 'a.org' }, server: { listen: { port: 8090 } } }
  const wanted = { matrix: { domain: 'b.org' }, server: { listen: { port: 8090, host: '::1' } } }
  expect(between(current, wanted)).toEqual([
    { path: ['matrix', 'domain'], value: 'b.org' },
    { path: ['server', 'listen', 'host'], value: '::1' },
  ])
})

test('what is not named stays, and null takes a key back to its default', () => {
  const current = { matrix: { domain: 'a.org', homeserverUrl: 'http://x' } }
  expect(between(current, { matrix: { homeserverUrl: null } })).toEqual([
    { path: ['matrix', 'homeserverUrl'], value: undefined },
  ])
  expect(between(current, {})).toEqual([])
})

test('lists, maps with names of their own and sections with several kinds change as a whole', () => {
  const current = { backends: [{ id: 'a' }], matrix: { pins: { 'a.org': 'x' } }, storage: { type: 'sqlite' } }
  const wanted = {
    backends: [{ id: 'a' }, { id: 'b' }],
    matrix: { pins: { 'b.org': 'y' } },
    storage: { type: 'postgres', url: 'postgres://x' },
  }
  expect(between(current, wanted)).toEqual([
    { path: ['backends'], value: wanted.backends },
    { path: ['matrix', 'pins'], value: wanted.matrix.pins },
    { path: ['storage'], value: wanted.storage },
  ])
})

test('a secret is one value, however it is written', () => {
  const wanted = { notifications: { email: { smtp: { password: { sealed: 'v1:x' } } } } }
  expect(between({}, wanted)).toEqual([
    { path: ['notifications', 'email', 'smtp', 'password'], value: { sealed: 'v1:x' } },
  ])
})
