/** What one `Authorization: X-Matrix ...` header claims; nothing of it is verified. */
export interface XMatrixCredentials {
  readonly origin: string
  /** Null where the sender is from before version 1.3 of the specification. */
  readonly destination: string | null
  /** Key id, `ed25519:...`. */
  readonly key: string
  readonly signature: string
}

const schemePattern = /X-Matrix[ \t]+/iy
const separatorPattern = /[ \t]*,[ \t,]*/y
// The specification asks receivers to take colons in unquoted values; base64 brings `/`, `+` and `=`.
const parameterPattern = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y

/**
 * Reads `X-Matrix` credentials (RFC 9110, section 11.4; Server-Server API, "Request Authentication"). A header may hold
 * several, joined with commas. Other schemes and malformed headers yield nothing: a header is either wholly clear or
 * not believed. Both `sig`, which everybody sends, and `signature`, which the specification's list says, are read.
 */
export function parseXMatrix(headers: readonly string[]): XMatrixCredentials[] {
  return headers.flatMap((header) => parseHeader(header.trim()) ?? [])
}

function parseHeader(header: string): XMatrixCredentials[] | null {
  const reader = createReader(header)
  const found: XMatrixCredentials[] = []
  while (!reader.atEnd()) {
    if (reader.take(schemePattern) === null) return null
    const parameters = parseParameters(reader)
    const credentials = parameters === null ? null : toCredentials(parameters)
    if (credentials === null) return null
    found.push(credentials)
  }
  return found
}

/** Up to the end of the header or the next scheme. Null when malformed; a name twice is (RFC 9110, section 11.2). */
function parseParameters(reader: Reader): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>()
  do {
    if (parameters.size > 0 && (reader.atEnd() || reader.sees(schemePattern))) return parameters
    const [, name, quoted, plain] = reader.take(parameterPattern) ?? []
    if (name === undefined || parameters.has(name.toLowerCase())) return null
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
  } while (reader.take(separatorPattern) !== null)
  return reader.atEnd() ? parameters : null
}

function toCredentials(parameters: ReadonlyMap<string, string>): XMatrixCredentials | null {
  const origin = parameters.get('origin')
  const key = parameters.get('key')
  const signature = parameters.get('sig') ?? parameters.get('signature')
  if (origin === undefined || key === undefined || signature === undefined) return null
  return { origin, destination: parameters.get('destination') ?? null, key, signature }
}

interface Reader {
  take(pattern: RegExp): RegExpExecArray | null
  sees(pattern: RegExp): boolean
  atEnd(): boolean
}

/** Moves through `text` with sticky patterns. */
function createReader(text: string): Reader {
  let at = 0
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  return {
    take(pattern) {
      const found = next(pattern)
      at += found?.[0].length ?? 0
      return found
    },
    sees: (pattern) => next(pattern) !== null,
    atEnd: () => at >= text.length,
  }
}
