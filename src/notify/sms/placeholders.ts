/** What a gateway's URL and body may name. */
export type SmsPlaceholders = Readonly<Record<'to' | 'text' | 'from', string>>

/** One pass over the template: a placeholder that stands inside a value is text, not a placeholder. */
function fill(template: string, values: SmsPlaceholders, encode: (value: string) => string): string {
  return template.replace(/\{(to|text|from)\}/g, (_, name: keyof SmsPlaceholders) => encode(values[name]))
}

/** Fills a URL; values are percent-encoded, so that none can start another parameter, path segment or host. */
export function fillUrl(template: string, values: SmsPlaceholders): string {
  return fill(template, values, encodeURIComponent)
}

/**
 * Fills a body for its content type. A JSON template is read as JSON first and filled inside its strings (keys
 * included), so no value can change the structure. Throws SyntaxError when a JSON template is not JSON.
 */
export function fillBody(template: string, contentType: string, values: SmsPlaceholders): string {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || type.endsWith('+json')) {
    return JSON.stringify(fillJson(JSON.parse(template) as unknown, values))
  }
  if (type === 'application/x-www-form-urlencoded') return fill(template, values, formEncode)
  if (type === 'text/xml' || type === 'application/xml' || type.endsWith('+xml')) {
    return fill(template, values, escapeXml)
  }
  return fill(template, values, (value) => value)
}

function fillJson(value: unknown, values: SmsPlaceholders): unknown {
  if (typeof value === 'string') return fill(value, values, (text) => text)
  if (Array.isArray(value)) return value.map((item: unknown) => fillJson(item, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fill(key, values, (text) => text), fillJson(item, values)]),
  )
}

function formEncode(value: string): string {
  return encodeURIComponent(value).replaceAll('%20', '+')
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => xmlEntities[character] ?? '')
}
