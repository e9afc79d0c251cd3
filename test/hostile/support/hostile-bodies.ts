import { hostileText, hostileValue } from './hostile-values.ts'
import type { Seeded } from './seeded.ts'

export type Members = Record<string, unknown>

const trickyNames = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  '',
  'a.b',
  'medium',
  'token',
  'error',
] as const

/** The same members with one to three of them spoiled: other values, missing ones, ones nobody asked for. */
export function spoil(members: Members, choose: Seeded): Members {
  // Without a prototype `__proto__` is a name like any other.
  const spoiled: Members = Object.assign(Object.create(null) as Members, members)
  for (let count = choose.between(1, 3); count > 0; count--) {
    const names = Object.keys(spoiled)
    const name = names.length > 0 ? choose.pick(names) : 'x'
    switch (choose.between(0, 4)) {
      case 0:
        delete spoiled[name]
        break
      case 1:
        spoiled[choose.chance(0.5) ? choose.pick(trickyNames) : hostileText(choose)] = hostileValue(choose)
        break
      case 2:
        spoiled[name] = inside(spoiled[name], choose)
        break
      default:
        spoiled[name] = hostileValue(choose)
    }
  }
  return spoiled
}

/** Spoils what is inside a list or an object. */
function inside(value: unknown, choose: Seeded): unknown {
  if (Array.isArray(value)) return [...(value as unknown[]), hostileValue(choose)]
  if (typeof value === 'object' && value !== null) return spoil(value as Members, choose)
  return [value]
}

export function asQuery(members: Members, choose: Seeded): string {
  const fields = Object.entries(members).map(([name, value]) => `${escape(name)}=${escape(textOf(value))}`)
  if (fields.length > 0 && choose.chance(0.1)) fields.push(choose.pick(fields))
  if (choose.chance(0.05))
    fields.push(choose.pick(['%', '=', '&&', 'a[]=1&a[0]=2', '%zz=%', 'x=%c3%28', '__proto__[a]=b']))
  return fields.join('&')
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const escape = (text: string) => encodeURIComponent(text.toWellFormed())

/** JSON as bytes: mostly as it should be, else broken on the level of text or of bytes. */
export function asJson(members: Members, choose: Seeded): Buffer {
  const text = JSON.stringify(members)
  return choose.chance(0.75) ? Buffer.from(text) : choose.pick(breakages)(text, choose)
}

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

const breakages: readonly ((text: string, choose: Seeded) => Buffer)[] = [
  (text, choose) => Buffer.from(text.slice(0, choose.between(0, text.length))),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text, choose) => splice(Buffer.from(text), choose, Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff])),
  (text, choose) => splice(Buffer.from(text), choose, choose.bytes(3)),
  (text) => Buffer.from(`${text.slice(0, -1)},${text.slice(1)}`),
  (text) => Buffer.from(`${text}${text}`),
  (text) => Buffer.from(`[${text}]`),
  (text, choose) => Buffer.from(text.replace(/"[^"]*"/g, (each) => (choose.chance(0.3) ? '1e400' : each))),
  (text) => Buffer.from(text.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{}},')),
  (text, choose) =>
    Buffer.from(text.replace(/:"[^"]*"/, `:${nested('[', ']', choose.pick([100, 5000, 50_000]))}`)),
  (text, choose) =>
    Buffer.from(text.replace('{', `{"deep":${nested('{"a":', '', choose.pick([100, 5000]))}`)),
  (text) => Buffer.from(text.replace('{', '{"big":123456789012345678901234567890,"small":-0.0,')),
  (_, choose) => Buffer.from(choose.pick(['null', '[]', '""', '0', 'true', '{', '{}', '{"a"}', 'NaN', '\0'])),
  (_, choose) => choose.bytes(choose.between(0, 200)),
  (_, choose) => Buffer.alloc(choose.pick([1, 70_000]), 0x20),
]

function splice(bytes: Buffer, choose: Seeded, junk: Buffer): Buffer {
  const at = choose.between(0, bytes.length)
  return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at)])
}
