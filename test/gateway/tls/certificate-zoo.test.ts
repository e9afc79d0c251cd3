import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { judgeCertificate, verdictCodes } from '../../../src/gateway/tls/verdict.ts'
import { DAY_MS } from './support/authority.ts'
import { good, HOST, middle, now, other, root, whole, zoo, type Case } from './support/zoo.ts'

const judge = ({ chainPem, keyPem, host = HOST, trusted = [root.pem], now: at = now }: Case) =>
  judgeCertificate({ chainPem, ...(keyPem === undefined ? {} : { keyPem }), host, now: at, trusted })

const codes = (one: Case) => judge(one).map(({ code }) => code)

test('a certificate with its chain and its key is fine', () => {
  expect(judge(whole(good))).toEqual([])
  expect(judge({ ...whole(good), chainPem: good.pem + middle.pem + root.pem })).toEqual([])
  expect(judge({ ...whole(good), chainPem: (good.pem + middle.pem).replaceAll('\n', '\r\n') })).toEqual([])
})

test('a wildcard, a name in upper case and an address are names like others', () => {
  const leaf = middle.issue(['*.example.org', '192.0.2.1', '2001:db8::1', 'xn--mnchen-3ya.example'])
  for (const host of [HOST, 'MATRIX.example.org', '192.0.2.1', '2001:db8::1', 'münchen.example']) {
    expect(judge({ ...whole(leaf), host }), host).toEqual([])
  }
})

test.each(zoo)(
  'a certificate that %s is named, and the fix says what to do',
  async (_what, make, expected, fix) => {
    const verdicts = judge(await make())
    expect(verdicts.map(({ code }) => code)).toEqual(expected)
    expect(verdicts[0]?.fix).toMatch(fix)
    for (const { detail } of verdicts) expect(detail).toMatch(/^[A-Z].*\.$/s)
  },
)

test('the zoo has an animal for every verdict', () => {
  expect(new Set(zoo.flatMap(([, , expected]) => expected))).toEqual(new Set(Object.keys(verdictCodes)))
})

test('several faults are named together, the worst first', () => {
  const leaf = other.issue(['www.example.net'], { from: -89, to: 1 })
  expect(codes({ chainPem: other.pem + leaf.pem, keyPem: leaf.key })).toEqual([
    'name-mismatch',
    'unknown-authority',
    'expires-soon',
    'wrong-order',
  ])
})

test('the clock decides, not the machine', () => {
  expect(codes({ ...whole(good), now: now + 61 * DAY_MS })).toEqual(['expired'])
  expect(codes({ ...whole(good), now: now - 2 * DAY_MS })).toEqual(['not-yet-valid'])
})

test('nothing of a key is repeated in a verdict', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const body = pem.split('\n')[1] ?? ''
  const text = JSON.stringify([
    judge({ chainPem: pem, keyPem: pem }),
    judge({ ...whole(good), keyPem: pem }),
    judge({ ...whole(good), keyPem: pem.slice(0, 80) }),
  ])
  expect(text).not.toContain(body.slice(0, 20))
})
