import { MatrixError } from '../matrix/errors.ts'

/**
 * Checks where a person may be sent after validation. Only what was given when the session was started counts, never
 * something from the link itself: Sydent's `nextLink` in the query string was an open redirect.
 * @throws MatrixError `M_INVALID_PARAM`.
 */
export function checkNextLink(
  nextLink: string | null | undefined,
  allowedOrigins: readonly string[],
): string | null {
  if (nextLink === undefined || nextLink === null || nextLink === '') return null
  const url = URL.canParse(nextLink) ? new URL(nextLink) : null
  const plain = url !== null && url.username === '' && url.password === ''
  const allowed =
    allowedOrigins.length === 0 ? url?.protocol === 'https:' : allowedOrigins.includes(url?.origin ?? '')
  if (!plain || !allowed || nextLink.length > 2048) {
    throw new MatrixError('M_INVALID_PARAM', {
      message: 'next_link is not an address that this server sends people to. It has to begin with https://.',
    })
  }
  return url.href
}

/** The address to go to, with `sid` added as Sydent does; token and client secret stay behind. */
export function nextLinkFor(nextLink: string, sid: string): string {
  const url = new URL(nextLink)
  url.searchParams.set('sid', sid)
  return url.href
}
