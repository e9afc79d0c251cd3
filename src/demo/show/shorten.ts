import { isJsonObject } from '../../matrix/canonical-json.ts'

/** A space at which no line is broken. */
const unbreakable = '\u00a0'

const KEPT_OF_RANDOM = 6
const KEPT_OF_TEXT = 60

/** What was sent or answered, in one line: `{}` for nothing, `name: value` for the rest. */
export function shortenBody(body: unknown): string {
  if (typeof body === 'string') return shortenPage(body)
  if (!isJsonObject(body)) return shortenValue(body)
  return membersOf(body, 8) || '{}'
}

/** The path alone, readable. */
export function shortenPath(path: string): string {
  return cutRandom(decoded(path.split('?', 1)[0] ?? ''))
}

/** The query as if it were a body; undefined when there is none. */
export function queryOf(path: string): object | undefined {
  const { searchParams } = new URL(path, 'http://localhost')
  return searchParams.size === 0 ? undefined : Object.fromEntries(searchParams)
}

function shortenValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = /^[A-Za-z0-9+/_-]{20,}=*$/.test(value) ? cut(value) : cutRandom(value)
    return text.length > KEPT_OF_TEXT ? `${text.slice(0, KEPT_OF_TEXT)}…` : text
  }
  if (Array.isArray(value)) {
    const [first] = value as unknown[]
    if (value.length > 1)
      return `[${shortenValue(first)},${unbreakable}…${unbreakable}${value.length}${unbreakable}in${unbreakable}all]`
    return `[${value.map(shortenValue).join()}]`
  }
  if (!isJsonObject(value)) return String(value)
  const members = membersOf(value, 2)
  return members === '' ? '{}' : `{ ${members} }`
}

function membersOf(object: object, most: number): string {
  const members = Object.entries(object)
  const shown = members
    .slice(0, most)
    .map(([name, value]) => `${cutRandom(name)}:${unbreakable}${shortenValue(value)}`)
  return [...shown, ...(members.length > most ? [`… ${members.length} in all`] : [])].join(', ')
}

function shortenPage(html: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1]?.trim()
  return title === undefined ? shortenValue(html) : `a web page: ${title}`
}

/** Tokens, keys, signatures and hashes: nobody reads them to the end. Long names in small letters are words. */
function cutRandom(text: string): string {
  return text.replaceAll(/[A-Za-z0-9+_-]{17,}/g, (part) => (/[A-Z0-9]/.test(part) ? cut(part) : part))
}

function cut(text: string): string {
  return `${text.slice(0, KEPT_OF_RANDOM)}…`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
