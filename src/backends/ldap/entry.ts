import type { SearchEntry } from 'ldapts'

/** An entry as the server sent it. */
export interface LdapEntry {
  readonly dn: string
  /** By name in small letters; values of `cn;lang-de` count as `cn`. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

export function readEntry({ name, attributes }: SearchEntry): LdapEntry {
  const byName = new Map<string, Buffer[]>()
  for (const { type, parsedBuffers } of attributes) {
    const [plain = ''] = type.toLowerCase().split(';')
    byName.set(plain, [...(byName.get(plain) ?? []), ...parsedBuffers])
  }
  return { dn: name, attributes: byName }
}

export function bytesOf(entry: LdapEntry, attribute: string): readonly Buffer[] {
  return entry.attributes.get(attribute.toLowerCase()) ?? []
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The values as text. One that is no UTF-8 becomes a text that is no address and no user, and so is reported. */
export function textsOf(entry: LdapEntry, attribute: string): readonly string[] {
  return bytesOf(entry, attribute).map((bytes) => {
    try {
      return utf8.decode(bytes)
    } catch {
      return '(binary)'
    }
  })
}

export function firstText(entry: LdapEntry, attribute: string): string | null {
  return textsOf(entry, attribute)[0] ?? null
}
