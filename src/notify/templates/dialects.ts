/**
 * Operators bring templates from other identity servers. Three notations are read and turned into Liquid: mxisd's
 * `%NAME%`, Sydent's Python form `%(name)s`, and the part of Jinja2 that Sydent's templates use.
 */
export function translateDialects(source: string, knownNames: ReadonlySet<string>): string {
  return fromJinja(fromPython(fromMxisd(source, knownNames)))
}

/** Only names that exist: `%C3%` in a link is percent-encoding. Line counts are kept, so that errors name the right line. */
function fromMxisd(source: string, knownNames: ReadonlySet<string>): string {
  return source.replace(/%([A-Z][A-Z0-9_]*)%/g, (found, name: string) =>
    knownNames.has(name) ? `{{ ${name} }}` : found,
  )
}

function fromPython(source: string): string {
  const pattern = /%\(([A-Za-z_][\w.]*)\)s/g
  if (!pattern.test(source)) return source
  // In a Python format string, and only there, a doubled sign is a plain one.
  return source.replace(pattern, (_, name: string) => `{{ ${reference(name)} }}`).replaceAll('%%', '%')
}

/** A name with dots is one name here, not a path. */
function reference(name: string): string {
  return name.includes('.') ? `["${name}"]` : name
}

function fromJinja(source: string): string {
  return source
    .replace(/\{#-?([\s\S]*?)-?#\}/g, (_, text: string) => '\n'.repeat(text.split('\n').length - 1))
    .replace(/\{([{%])([\s\S]*?)([}%])\}/g, (_, open: string, inner: string, close: string) => {
      return `{${open}${filterCalls(open === '%' ? tags(inner) : inner)}${close}}`
    })
}

function tags(inner: string): string {
  return inner
    .replace(/^(-?\s*)elif\b/, '$1elsif')
    .replace(/^(-?\s*)set\b/, '$1assign')
    .replace(/^(-?\s*(?:els)?if\s+)not\s+([\w.]+)(\s*-?)$/, '$1$2 == blank$3')
    .replace(/\bis (not )?defined\b/g, (_, not: string | undefined) =>
      not === undefined ? '!= blank' : '== blank',
    )
}

/** `| default("x")` is `| default: "x"` in Liquid. */
function filterCalls(inner: string): string {
  return inner.replace(/\|(\s*\w+)\(([^()]*)\)/g, (_, name: string, args: string) =>
    args.trim() === '' ? `|${name}` : `|${name}: ${args}`,
  )
}
