import { scrubIp } from './scrub-ip.ts'
import { homes, scrubPath } from './scrub-path.ts'
import type { Scrubber } from './scrubber.ts'

/** How a part of a path is scrubbed, as a text of its own. */
type ScrubPart = (text: string, scrubber: Scrubber) => string

/** A URL with its host replaced, without its login, and without the values of its query. */
export function scrubUrl(text: string, scrubber: Scrubber, scrubPart: ScrubPart): string {
  const [, scheme = '', authority = '', rest = ''] = /^([^:]+:\/\/)([^/?#]*)(.*)$/s.exec(text) ?? []
  if (/^file:/i.test(scheme)) return `${scheme}${scrubPath(authority + rest, scrubber)}`
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/s.exec(rest) ?? []
  const names = [...query.matchAll(/[?&]([\w.-]{1,40})=/g)].map(([, name]) => `${name}=…`)
  const shownQuery = names.length === 0 ? '' : `?${names.join('&')}`
  return `${scheme}${scrubAuthority(authority, scrubber)}${scrubUrlPath(path, scrubber, scrubPart)}${shownQuery}`
}

function scrubAuthority(authority: string, { pseudonyms }: Scrubber): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const [, name = '', rest = ''] = /^(\[[^\]]*\]|[^:]*)(.*)$/s.exec(host) ?? []
  const bare = name.replace(/^\[|\]$/g, '')
  const asIp = scrubIp(bare, pseudonyms)
  if (/^[\d.]+$/.test(bare) || name.startsWith('[')) return `${asIp === bare ? name : asIp}${port(rest)}`
  // `{` of a template (`https://sms.example.org/?to={to}`) and brackets of prose end a host.
  return bare === '' ? port(rest) : `${pseudonyms.host(bare)}${port(rest)}`
}

const port = (rest: string) => /^:\d{1,5}/.exec(rest)?.[0] ?? ''

/** Each part on its own: addresses and Matrix IDs stand in paths, percent-encoded. */
function scrubUrlPath(path: string, scrubber: Scrubber, scrubPart: ScrubPart): string {
  let above = ''
  return path
    .split('/')
    .map((part) => {
      const plain = decoded(part)
      const isHome = homes.test(above)
      above = plain
      if (isHome) return scrubber.pseudonyms.user(plain)
      if (
        /^([a-z_~-]{1,15}|[a-z]{1,6}\d{1,3}|\d{1,6})$/i.test(plain) &&
        !scrubber.knownWords.has(plain.toLowerCase())
      )
        return part
      return scrubPart(plain, scrubber)
    })
    .join('/')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
