import { shapeFor, type KnownFacts } from './endpoint-shapes.ts'
import { asJson, asQuery, spoil } from './hostile-bodies.ts'
import { hostileText } from './hostile-values.ts'
import type { PublicRoute } from './public-routes.ts'
import { createSeeded, type Seeded } from './seeded.ts'

export interface HostileRequest {
  readonly method: string
  /** The request target as it stands in the request line. */
  readonly target: string
  /** The route that was aimed at; the target may miss it. */
  readonly route: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
] as const
const unknownPaths = [
  '/nothing',
  '/_matrix/identity',
  '/_matrix/client/v3/login',
  '/admin',
  '/.env',
  '/metrics',
] as const

/** The request number `index` of a seed: always the same one for the same routes and facts. */
export function hostileRequest(
  seed: number,
  index: number,
  routes: readonly PublicRoute[],
  known: KnownFacts,
): HostileRequest {
  const choose = createSeeded(Math.imul(seed, 0x01000193) ^ index)
  const aimed = aim(routes, choose)
  const method = choose.chance(0.9) ? aimed.method : choose.pick(methods)
  const shape = shapeFor(aimed.url, known, choose)
  const members = choose.chance(0.15) ? shape : spoil(shape, choose)
  const inQuery = method === 'GET' || method === 'HEAD' ? 0.95 : 0.1
  const query = choose.chance(inQuery) ? asQuery(members, choose) : ''
  const token = tokenFor(aimed.url, known, choose)
  const queryToken = choose.chance(0.05) ? `access_token=${token}` : ''
  const form = choose.chance(0.15)
  const hasBody = method !== 'GET' && method !== 'HEAD' && choose.chance(0.97)
  const content = form ? Buffer.from(asQuery(members, choose)) : asJson(members, choose)
  return {
    method,
    target: [pathFor(aimed.url, known, choose), [query, queryToken].filter(Boolean).join('&')]
      .filter(Boolean)
      .join('?'),
    route: aimed.url,
    headers: [...headersFor(token, form, known, choose)],
    body: hasBody ? content : Buffer.alloc(0),
  }
}

function aim(routes: readonly PublicRoute[], choose: Seeded): { method: string; url: string } {
  if (choose.chance(0.05)) return { method: 'GET', url: choose.pick(unknownPaths) }
  const route = choose.pick(routes)
  // There are five wrong methods for each right one, and they all answer the same.
  return route.isOneOfMany && choose.chance(0.7) ? aim(routes, choose) : route
}

function tokenFor(url: string, known: KnownFacts, choose: Seeded): string {
  if (choose.chance(0.15)) return 'a-token-nobody-knows'
  return choose.pick(url.endsWith('/logout') ? known.spareTokens : known.tokens)
}

const segments = [
  '%',
  '%zz',
  '%00',
  '%c0%af',
  '%ed%a0%80',
  '%2e%2e%2f',
  '..',
  '.',
  '//',
  '%2F',
  ';a=b',
  '%u0041',
  '%F0%9F%A6%84',
  'x'.repeat(600),
  'x'.repeat(5000),
  '__proto__',
  "'%20OR%201=1",
  '*',
  ':',
  '%0d%0aX:%20y',
] as const

function pathFor(url: string, known: KnownFacts, choose: Seeded): string {
  const path = url.replaceAll(/:\w+/g, () =>
    choose.pick([
      'ed25519:0',
      known.invitation.reference,
      ...segments.slice(0, 5),
      escape(hostileText(choose)),
    ]),
  )
  if (choose.chance(0.85)) return path
  const at = choose.between(0, path.length)
  return choose.pick([
    `${path}/`,
    path.replaceAll('/', '//'),
    path.toUpperCase(),
    `${path}/${choose.pick(segments)}`,
    `${path.slice(0, at)}${choose.pick(segments)}${path.slice(at)}`,
    `/${choose.pick(segments)}${path}`,
  ])
}

const escape = (text: string) => encodeURIComponent(text.toWellFormed()).slice(0, 2000)

const contentTypes = [
  'application/json; charset=utf-16',
  'application/json; charset="',
  'text/plain',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application',
  '/',
  ';',
  'a/b/c',
  'application/x-www-urlencoded',
  'x'.repeat(3000),
  'application/json, text/html',
  'application/x-form-www-urlencoded',
  '\xff\xfe/\x80',
] as const
const languages = [
  'de',
  'de-DE;q=0.9, en;q=x',
  '*',
  ';q=1,,,',
  '../../en',
  'x'.repeat(2000),
  'zz-'.repeat(300),
  '__proto__',
  '\xe9\xff',
] as const
const forwarded = [
  '203.0.113.7',
  '203.0.113.7, 127.0.0.1',
  'unknown',
  '[2001:db8::1]:80',
  '1.2.3',
  '::ffff:127.0.0.1',
  ','.repeat(500),
  '\xff\xfe',
  '<script>',
  '127.0.0.1\t,\t::1',
  '999.999.999.999',
  'fe80::1%eth0',
] as const
const authorizations = [
  'Bearer',
  'Bearer ',
  'bearer \t x',
  'Basic YWxpY2U6c2VjcmV0',
  'Bearer a b c',
  `Bearer ${'x'.repeat(5000)}`,
  '\xff\x80',
  'X-Matrix',
  'X-Matrix ',
  'X-Matrix origin=',
  'X-Matrix origin="',
  'X-Matrix origin=a,origin=b,key="",sig=""',
  'X-Matrix origin="nowhere.invalid",key="ed25519:1",sig="AAAA",destination="id.example.org"',
  'X-Matrix origin="127.0.0.1:1",key="ed25519:1",sig="AAAA"',
  `X-Matrix ${'a=b,'.repeat(1000)}`,
  'X-Matrix origin="\\",key="\\\\",sig="\\"',
  `X-Matrix origin="${'\\"'.repeat(1000)}`,
] as const

function* headersFor(
  token: string,
  form: boolean,
  known: KnownFacts,
  choose: Seeded,
): Generator<readonly [string, string]> {
  const proper = form ? 'application/x-www-form-urlencoded' : 'application/json'
  if (choose.chance(0.9)) yield ['content-type', choose.chance(0.9) ? proper : choose.pick(contentTypes)]
  const signed = choose.chance(0.1) ? known.xMatrix : choose.pick(authorizations)
  if (choose.chance(0.93)) yield ['authorization', choose.chance(0.85) ? `Bearer ${token}` : signed]
  if (choose.chance(0.2)) yield ['accept-language', choose.pick(languages)]
  if (choose.chance(0.2)) yield ['x-forwarded-for', choose.pick(forwarded)]
  if (choose.chance(0.05)) yield ['origin', choose.pick(['null', 'https://evil.invalid', '\xff'])]
  if (choose.chance(0.03))
    yield [choose.pick(['accept', 'cookie', 'range', 'if-none-match', 'x-junk']), 'x'.repeat(2000)]
  if (choose.chance(0.02)) yield ['accept-encoding', choose.pick(['gzip', 'br;q=9', '*'])]
  if (choose.chance(0.02)) yield ['content-encoding', choose.pick(['gzip', 'identity', 'x'])]
}
