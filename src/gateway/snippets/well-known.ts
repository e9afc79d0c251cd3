import { z } from 'zod'
import type { Snippet } from './snippet.ts'

/** The documents below `/.well-known/matrix/` on the web site of the Matrix domain. */
export interface WellKnown {
  readonly client: Readonly<Record<string, unknown>>
  /** Null where other servers find the homeserver by DNS or on port 8448. */
  readonly server: Readonly<Record<string, unknown>> | null
}

export interface WellKnownFacts {
  /** Base URL under which clients reach the homeserver. */
  readonly clientUrl: string
  /** Base URL of Signpost. */
  readonly identityUrl: string
}

const document = z.record(z.string(), z.unknown())

/** What a site serves today. Null when the text is no JSON object. */
export function readWellKnown(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed = document.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/**
 * `/.well-known/matrix/client`: what is there stays (MAS, Element Call and others have members of their own), the
 * homeserver is added where it is missing, and the identity server is this one.
 */
export function wellKnownClient(facts: WellKnownFacts, existing: Readonly<Record<string, unknown>> = {}) {
  return {
    'm.homeserver': { base_url: facts.clientUrl },
    ...existing,
    'm.identity_server': { base_url: facts.identityUrl },
  }
}

/** `/.well-known/matrix/server`: an existing one stays. Without it, federation goes where clients go. */
export function wellKnownServer(facts: WellKnownFacts, existing: Readonly<Record<string, unknown>> = {}) {
  const url = new URL(facts.clientUrl)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return { 'm.server': `${url.hostname}:${port}`, ...existing }
}

export interface ServedDocument {
  readonly name: 'client' | 'server'
  readonly path: string
  /** One line, fit for the quotes of every proxy's configuration. */
  readonly json: string
}

export function documentsOf({ client, server }: WellKnown): readonly ServedDocument[] {
  const served = (name: 'client' | 'server', content: object): ServedDocument => {
    return { name, path: `/.well-known/matrix/${name}`, json: quotable(JSON.stringify(content)) }
  }
  return [served('client', client), ...(server === null ? [] : [served('server', server)])]
}

/** JSON without any character that a configuration language could take for its own. */
function quotable(json: string): string {
  const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return json
    .replaceAll(/\\(u[\da-f]{4}|.)/g, (escape, what: string) =>
      what.startsWith('u') ? escape : unicode(JSON.parse(`"${escape}"`) as string),
    )
    .replaceAll(/['`$%<>#\u0080-\uffff]/g, unicode)
}

/** One of the documents, ready for a file. The remarks cannot stand in it. */
export function wellKnownSnippet(
  facts: { readonly clientUrl: string | null; readonly identityUrl: string; readonly domain: string },
  document: 'client' | 'server',
  existing?: Readonly<Record<string, unknown>>,
): Snippet {
  const known = { clientUrl: facts.clientUrl ?? facts.identityUrl, identityUrl: facts.identityUrl }
  const content = document === 'client' ? wellKnownClient(known, existing) : wellKnownServer(known, existing)
  const place = `https://${facts.domain}/.well-known/matrix/${document}`
  const given = existing !== undefined && (document === 'client' ? 'm.homeserver' : 'm.server') in existing
  const remarks = [
    `This is ${place}; serve it as application/json, with the header Access-Control-Allow-Origin: *`,
    ...(facts.clientUrl === null && !given
      ? [
          `It takes the homeserver to be at ${known.clientUrl}; say where clients reach it with --client-url URL.`,
        ]
      : []),
    ...(existing !== undefined
      ? []
      : document === 'server'
        ? ['Leave it as it is when that address is served today: it says where federation goes.']
        : ['When that address is served today, keep its other entries: --merge FILE']),
  ]
  return { text: `${JSON.stringify(content, null, 2)}\n`, remarks, place }
}
