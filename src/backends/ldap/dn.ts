/** The first name of a DN: `{ attribute: 'cn', value: 'Gruber, Carol' }` of `cn=Gruber\, Carol,ou=people`. */
export function firstRdn(dn: string): { readonly attribute: string; readonly value: string } | null {
  // A value ends at an unescaped comma or plus sign (RFC 4514, section 3).
  const [, attribute, escaped] = /^\s*([A-Za-z0-9.-]+)\s*=\s*((?:\\.|[^\\,+])*)/s.exec(dn) ?? []
  return attribute === undefined || escaped === undefined
    ? null
    : { attribute, value: unescapeValue(escaped) }
}

function unescapeValue(text: string): string {
  return text
    .replace(/(?<!\\) +$/, '')
    .replaceAll(/(?:\\[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
    )
    .replaceAll(/\\(.)/gs, '$1')
}

/** True when `dn` is `suffix` or lies below it. */
export function isWithin(dn: string, suffix: string): boolean {
  const normal = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/\s*([,=])\s*/g, '$1')
  const [inner, outer] = [normal(dn), normal(suffix)]
  return inner === outer || inner.endsWith(`,${outer}`)
}

/** `example.org` of a DN that ends in `dc=example,dc=org` (RFC 2247); empty where it ends otherwise. */
export function domainOf(dn: string): string {
  const [tail = ''] = /(?:(?:^|(?<!\\),)\s*dc\s*=[^,+\\]+)+$/i.exec(dn) ?? []
  return tail
    .split(',')
    .flatMap((part) => part.split('=').slice(1))
    .map((label) => label.trim())
    .join('.')
    .toLowerCase()
}
