import type { Liquid } from 'liquidjs'
import { percentEncode } from './text.ts'

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/**
 * Jinja2's names for filters, and escaping that happens once: in HTML every output is escaped anyway, so `escape` adds
 * nothing there, and `safe` takes nothing away, because the values come from strangers.
 */
export function addFilters(engine: Liquid, html: boolean): void {
  const escape = html ? text : engine.filters.escape
  for (const name of ['escape', 'e', 'forceescape', 'escape_once']) {
    if (escape !== undefined) engine.registerFilter(name, escape)
  }
  engine.registerFilter('safe', text)
  engine.registerFilter('string', text)
  engine.registerFilter('urlencode', (value: unknown) => percentEncode(text(value)))
  engine.registerFilter('upper', (value: unknown) => text(value).toUpperCase())
  engine.registerFilter('lower', (value: unknown) => text(value).toLowerCase())
  engine.registerFilter('trim', (value: unknown) => text(value).trim())
  engine.registerFilter('length', (value: unknown) => Array.from(text(value)).length)
}
