import { commonWords } from './common-words.ts'
import { scrubIp } from './scrub-ip.ts'
import { scrubPath } from './scrub-path.ts'
import type { Scrubber } from './scrubber.ts'
import { scrubUrl } from './scrub-url.ts'

/** One kind of thing in a text: how it looks, and what takes its place. */
interface Rule {
  readonly pattern: string
  readonly replace: (text: string, scrubber: Scrubber) => string
}

const HOST = String.raw`(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_*-]*[\p{L}\p{N}*])?\.)+\p{L}{2,24}\.?`
const SERVER = String.raw`(?:\[[0-9a-fA-F:.]+\]|[\p{L}\p{N}][\p{L}\p{N}.*-]*)(?::\d{1,5})?`
const NOT_IN_ADDRESS = String.raw`\s<>"'(),;:\[\]{}|\\`
const DN_ATTRIBUTES =
  'cn|uid|ou|o|sn|givenname|displayname|mail|samaccountname|userprincipalname|member|memberof|telephonenumber|mobile|street|postaladdress|l|st'

/** The first rule that fits a place in the text decides; what has been replaced is not looked at again. */
const rules: readonly Rule[] = [
  // A line of a stack trace: our own functions, and paths.
  {
    pattern: String.raw`^ {2,}at (?:async )?[^\n]*$`,
    replace: (text, s) => text.replace(/[\\/][^\s()]*/g, (path) => scrubPath(path, s)),
  },
  {
    pattern: String.raw`[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>]+`,
    replace: (text, s) => scrubUrl(text, s, scrubText),
  },
  { pattern: String.raw`[@!#][^${NOT_IN_ADDRESS}@!#]{1,255}:${SERVER}`, replace: scrubMatrixId },
  {
    pattern: String.raw`[^${NOT_IN_ADDRESS}=]{1,320}@[^${NOT_IN_ADDRESS}=/]{1,255}`,
    replace: (text, s) => s.pseudonyms.email(text),
  },
  { pattern: String.raw`(?<![\w-])dc=[^,\s"')]+(?:, ?dc=[^,\s"')]+)*`, replace: scrubDomainComponents },
  { pattern: String.raw`(?<![\w-])(?:${DN_ATTRIBUTES})=[^,"'\n)\\]+`, replace: scrubDnPart },
  {
    pattern: String.raw`(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(?![\w.:]))`,
    replace: (text, s) => scrubIp(text, s.pseudonyms),
  },
  { pattern: String.raw`(?<![\w.+-])\+\d[\d ()./-]{5,}\d(?!\w)`, replace: scrubPhone },
  { pattern: String.raw`(?<![\w.-])0\d{1,5}[ /-]\d[\d -]{3,}\d(?![\w.-])`, replace: scrubPhone },
  { pattern: String.raw`(?<![\w.-])\d{7,15}(?![\w-])`, replace: scrubPhone },
  {
    pattern: String.raw`(?<!\w)\d{2}\*\*\*\d{2}(?!\w)`,
    replace: (text, s) => s.pseudonyms.thing('phone', text),
  },
  // Before long words, of which a host name may have some.
  { pattern: String.raw`(?<![\w*.-])${HOST}(?![\w-])`, replace: scrubHost },
  { pattern: String.raw`(?<![\w-])[A-Za-z0-9$_-][A-Za-z0-9+\/_-]{11,}={0,2}(?!\w)`, replace: scrubRandom },
  { pattern: String.raw`(?:(?<!\w)[A-Za-z]:)?[\\/][^\s"'<>|,;()[\]{}]+`, replace: scrubPath },
  { pattern: String.raw`[\p{L}\p{N}][\p{L}\p{N}._-]*`, replace: scrubWord },
]

const anyRule = new RegExp(rules.map(({ pattern }, index) => `(?<r${index}>${pattern})`).join('|'), 'gimu')

/** Nobody reads further, and a text of any length would take its time. */
const MOST_CHARACTERS = 8_000

/** A text without anything that names a person or a place of somebody; of a very long one, the beginning. */
export function scrubText(text: string, scrubber: Scrubber): string {
  const more = text.length - MOST_CHARACTERS
  if (more > 0) return `${scrubText(text.slice(0, MOST_CHARACTERS), scrubber)}… (${more} more)`
  return withoutNames(text, scrubber).replace(anyRule, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
    const index = rules.findIndex((_, number) => groups[`r${number}`] !== undefined)
    return rules[index]?.replace(match, scrubber) ?? match
  })
}

function withoutNames(text: string, { knownNames, pseudonyms }: Scrubber): string {
  return knownNames.reduce((rest, name) => {
    const pattern = new RegExp(name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'gi')
    return rest.replace(pattern, () => pseudonyms.thing('name', name.toLowerCase()))
  }, text)
}

/** `@anna:example.org`, `!room:example.org`, `#alias:example.org`; a colon in prose is none. */
function scrubMatrixId(text: string, { pseudonyms }: Scrubber): string {
  const colon = text.indexOf(':')
  const [sigil = '', name, server] = [text.charAt(0), text.slice(1, colon), text.slice(colon + 1)]
  const [, host = '', port = ''] = /^(.*?)(:\d{1,5})?$/.exec(server) ?? []
  const stand =
    sigil === '@' || sigil === '+'
      ? pseudonyms.user(name)
      : pseudonyms.thing(sigil === '!' ? 'room' : 'alias', name)
  return `${sigil}${stand}:${host.startsWith('[') ? host : pseudonyms.host(host)}${port}`
}

function scrubDomainComponents(text: string, { pseudonyms }: Scrubber): string {
  const labels = text.split(',').map((part) => part.trim().slice('dc='.length))
  return pseudonyms
    .host(labels.join('.'))
    .split('.')
    .map((label) => `dc=${label}`)
    .join(',')
}

function scrubDnPart(text: string, { pseudonyms }: Scrubber): string {
  const at = text.indexOf('=')
  const value = text.slice(at + 1)
  // `{login}` in a filter is a placeholder.
  if (commonWords.has(value.toLowerCase()) || /^(\*|\{.*\})$/.test(value)) return text
  return `${text.slice(0, at)}=${pseudonyms.thing('name', value.toLowerCase())}`
}

function scrubPhone(text: string, { pseudonyms }: Scrubber): string {
  const digits = text.replaceAll(/\D/g, '')
  return digits.length < 7 || digits.length > 17 ? text : pseudonyms.phone(digits)
}

/**
 * Identifiers, tokens and keys: long, with digits among the letters. A path or a word in kebab-case is neither. Base64 may
 * begin with its odd characters, and one token in some hundreds has no digit: at this length no word has both cases.
 */
function scrubRandom(text: string, scrubber: Scrubber): string {
  if (isRandom(text)) return scrubber.pseudonyms.thing('id', text)
  return text.includes('/') ? scrubPath(text, scrubber) : scrubWord(text, scrubber)
}

function isRandom(text: string): boolean {
  if (text.length >= 24 && /[a-z]/.test(text) && /[A-Z]/.test(text) && !text.includes('/')) return true
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) return false
  if (/[a-z]/.test(text) && /[A-Z]/.test(text) && !text.includes('/')) return true
  return text.length >= 16 && (/[+=]/.test(text) || text.split(/[/_-]/).some((part) => part.length >= 12))
}

/** A name with a dot that is not one of ours is taken for a host. */
function scrubHost(text: string, scrubber: Scrubber): string {
  const name = text.replace(/\.$/, '')
  if (scrubber.knownWords.has(name.toLowerCase())) return scrubWord(text, scrubber)
  if (scrubber.ownWords.has(name) || isNamespace(name)) return text
  const file = /^([\w-]+)(\.(?:txt|log|jsonl?|ya?ml|pem|crt|key|db|csv|lock|m?js|ts|sock))$/i.exec(name)
  if (file !== null) return `${scrubWord(file[1] ?? '', scrubber)}${file[2]}${text.slice(name.length)}`
  return `${scrubber.pseudonyms.host(name)}${text.slice(name.length)}`
}

/** Prefixes of Matrix for names of events and features. */
const isNamespace = (name: string) => /^(org\.matrix|org\.signpost|io\.element)(\.|$)/.test(name)

function scrubWord(text: string, { pseudonyms, knownWords }: Scrubber): string {
  const [, word = '', punctuation = ''] = /^(.*?)([._-]*)$/s.exec(text) ?? []
  return knownWords.has(word.toLowerCase()) ? `${pseudonyms.user(word)}${punctuation}` : text
}
