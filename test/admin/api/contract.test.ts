import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it, test } from 'vitest'
import { openApi } from '../../../build/openapi.ts'
import { adminErrors } from '../../../src/admin/api/errors.ts'
import type { RouteDescription } from '../../../src/admin/api/route.ts'
import { contract } from '../../../src/admin/contract.ts'

const routes = Object.entries<RouteDescription>(contract)

interface Operation {
  readonly operationId: string
  readonly security: readonly unknown[]
  readonly 'x-access': string
}
const api = openApi() as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods))

test.each(routes)('%s describes every part of its path, and nothing else', (name, { params }) => {
  const places = [...name.matchAll(/\{(\w+)\}/g)].map(([, place]) => place)
  expect(Object.keys(params?.shape ?? {})).toEqual(places)
})

test.each(routes)('%s is told in a sentence', (_name, { summary }) => {
  expect(summary).toMatch(/^[A-Z].*\.$/)
})

it('routes that only read name no change for the audit log, and those that are dangerous are no reads', () => {
  const reads = routes.filter(([name]) => name.startsWith('GET '))
  expect(reads.filter(([, { changes }]) => changes !== undefined)).toEqual([])
})

it('every route is an operation of the OpenAPI document, each under a name of its own', () => {
  expect(api.openapi).toBe('3.1.1')
  expect(operations).toHaveLength(routes.length)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length)
})

it('the document says of each operation who may call it', () => {
  for (const operation of operations) {
    expect(operation.security).toHaveLength(operation['x-access'] === 'open' ? 0 : 1)
  }
  const open = routes.filter(([, { access }]) => access === 'open').map(([name]) => name)
  // Each further one is a decision: a stranger may call it.
  expect(open).toEqual([
    'GET /api/session',
    'POST /api/session/claim',
    'POST /api/session/link',
    'POST /api/session/reset',
    'POST /api/session',
    // Numbers of rows, while the database has no time for sessions.
    'GET /api/take-over/progress',
  ])
})

it('every reference in the document leads somewhere', () => {
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  expect(references.length).toBeGreaterThan(0)
  for (const path of new Set(references)) {
    const target = path
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], api)
    expect([path, typeof target]).toEqual([path, 'object'])
  }
})

it('the page of the reference has every error of the catalogue, with its status', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/reference/admin-api.md'), 'utf8')
  const table = page.slice(page.indexOf('## Errors'))
  const told = [...table.matchAll(/^\| `([\w-]+)` \| (\d+) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  expect(told).toEqual(Object.entries(adminErrors).map(([code, { status }]) => [code, status]))
})
