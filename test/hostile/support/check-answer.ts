import { matrixErrorCatalogue } from '../../../src/matrix/errors.ts'
import type { HostileRequest } from './hostile-requests.ts'

export interface HostileAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** Traces of the inside: a stack, a statement, a driver, a path of this machine. */
const insides =
  /\n\s+at \S|\.[cm]?[jt]s:\d+|node:internal|node_modules|sqlite|postgres|constraint failed|syntax error|\b(?:select|insert into|delete from|update) .*\b(?:from|where|values|set)\b|\/(?:tmp|home|root|usr|var)\/|(?:Type|Range|Reference|Syntax)Error|\bundefined\b|\[object /i

/** Answers that blame another server, whom these two ask: 502 and 504 are theirs. */
const asksOthers = /\/(?:account\/register|3pid\/unbind)\/?$/
const pages = /^\/$|\/submitToken\/?$/

/** What is wrong with an answer, whatever was asked; null when nothing is. */
export function faultOf(
  request: Pick<HostileRequest, 'method' | 'target'>,
  answer: HostileAnswer,
  secrets: readonly string[],
): string | null {
  const { status, headers, body } = answer
  const path = pathOf(request.target)
  const blamesOthers = (status === 502 || status === 504) && asksOthers.test(path)
  if (status >= 500 && !blamesOthers) return `status ${status}`
  if (headers['access-control-allow-origin'] !== '*') return 'no CORS headers'
  const leak = leakIn(`${headers['location'] ?? ''} ${body}`, secrets)
  if (leak !== null) return leak
  if (request.method === 'HEAD' || status === 204) return body === '' ? null : 'has a body'
  return contentFaultOf(path, answer)
}

function leakIn(text: string, secrets: readonly string[]): string | null {
  const inside = insides.exec(text)
  if (inside !== null) return `shows its inside: ${inside[0]}`
  return secrets.some((each) => text.includes(each)) ? 'repeats a secret' : null
}

function contentFaultOf(path: string, { status, headers, body }: HostileAnswer): string | null {
  if (status === 302) return pages.test(path) ? null : 'redirects'
  const type = headers['content-type'] ?? ''
  if (type.startsWith('application/json')) return jsonFaultOf(status, body)
  if (!type.startsWith('text/html')) return `content type ${type}`
  if (!pages.test(path)) return 'is HTML'
  return /<script|onerror=|\{\{|\{%/i.test(body) ? 'HTML with code in it' : null
}

/** The path that was meant: without `..` and empty segments. */
function pathOf(target: string): string {
  return URL.parse(`http://localhost${target}`)?.pathname.replaceAll(/\/+/g, '/') ?? ''
}

function jsonFaultOf(status: number, body: string): string | null {
  const value = parsed(body)
  if (typeof value !== 'object' || value === null) return 'is no JSON object'
  if (status < 400) return 'errcode' in value ? 'an error with a good status' : null
  const { errcode, error } = value as { errcode?: unknown; error?: unknown }
  if (typeof errcode !== 'string' || !Object.hasOwn(matrixErrorCatalogue, errcode)) return 'has no errcode'
  if (typeof error !== 'string' || error.trim() === '') return 'has no text for people'
  return body.length > 2_000 ? `an error of ${body.length} characters` : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
