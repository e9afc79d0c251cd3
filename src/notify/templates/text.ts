/**
 * Names in mails come from strangers: any user of any homeserver can call a room what he likes and have it mailed to
 * any address. What stands here makes them harmless as text; escaping for HTML is the engine's business.
 */

/** Steers the direction of text, hides characters or tags them: all of `Cf` but the two joiners emoji and scripts need. */
const invisible = /(?![\u200c\u200d])[\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu
const breaks = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu
/** `javascript:alert(1)`, `https://…`, `//host`, `www.…`: removed up to the next space. */
const linkLike =
  /(?:\b[a-z][a-z0-9+.-]{1,20}:\/\/|\b(?:javascript|vbscript|data|mailto|tel|sms|file|matrix|blob):|\bwww\.|(?<!\S)\/\/)\S*/giu
/** `evil.example/path` without a scheme; mail programs turn it into a link. */
const bareHost = /[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+\p{L}{2,}(?:[/:?#]\S*)?/gu

/** One line without control characters, bidirectional overrides and invisible characters. */
export function plainLine(text: string): string {
  return text.normalize('NFC').replace(breaks, ' ').replace(invisible, '').trim()
}

/** What is looked at of a name; the search for hosts takes time by the square of the length. */
const MAX_READ = 500

/**
 * A display or room name for a mail: links are taken out, and the dots of a host name become ones that no mail program
 * links (U+2024 looks the same), so that "Node.js" stays readable.
 *
 * @param longest names of more code points are cut to `cutTo` and an ellipsis
 */
export function displayName(text: string, longest: number, cutTo: number): string {
  const safe = plainLine(text.slice(0, MAX_READ))
    .replace(linkLike, '…')
    .replace(bareHost, (host) => (/[/:?#]/.test(host) ? '…' : host.replaceAll('.', '\u2024')))
    .replace(/(?:…\s*)+/gu, '… ')
    .trim()
  return cut(safe, longest, cutTo)
}

/** Cuts on a border of what a reader sees as one character, so that no emoji or accent is torn apart. */
function cut(text: string, longest: number, cutTo: number): string {
  if (Array.from(text).length <= longest) return text
  let kept = ''
  let length = 0
  for (const { segment } of new Intl.Segmenter('und').segment(text)) {
    length += Array.from(segment).length
    if (length > cutTo) break
    kept += segment
  }
  // A single "character" of hundreds of stacked marks leaves nothing; its base alone is enough.
  const whole = kept === '' ? Array.from(text).slice(0, 1).join('') : kept
  return `${whole.trimEnd()}…`
}

/** A short word of the protocol (`m.space`, `invite`, an opaque token), or empty. */
export function keyword(text: string): string {
  return /^[A-Za-z0-9_.~=+-]{1,255}$/.test(text) ? text : ''
}

/**
 * A Matrix ID, room ID or alias with its sigil: printable, at most 255 characters, and not a link in disguise. Room
 * IDs since room version 12 have no server part.
 */
export function identifier(sigil: '@' | '!' | '#', text: string): string {
  const wellFormed = text.startsWith(sigil) && /^[^\p{C}\p{Z}"'<>\\]{2,255}$/u.test(text)
  return wellFormed && (sigil === '!' || text.includes(':')) && text.search(linkLike) === -1 ? text : ''
}

/** An http(s) link without credentials, or empty: nothing else may become something that is clicked. */
export function webLink(text: string): string {
  if (/[\p{C}\p{Z}]/u.test(text) || !URL.canParse(text)) return ''
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? text : ''
}

/** Scheme and host of a link, without a slash at the end; empty for anything but http(s). */
export function webOrigin(text: string): string {
  return webLink(text) === '' ? '' : new URL(text).origin
}

/** Percent-encoding of all but unreserved characters (RFC 3986, 2.3) and the slash, as Sydent's `_forurl` has it. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
}

/** Form encoding, as mxisd's `_URL_ENCODED` has it. */
export function formEncode(text: string): string {
  return new URLSearchParams([['', text.toWellFormed()]]).toString().slice(1)
}

/** A mail subject: one line of at most 200 characters. */
export function subjectLine(text: string): string {
  return cut(plainLine(text), 200, 199)
}
