import { HttpFailure } from '../../net/http-failure.ts'
import type { HttpResponse } from '../../net/http-client.ts'
import { answerOf, describeSeen, errcodeIn, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { DoorFailure } from '../find-public.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'public-url-redirects': {
    status: 'problem',
    meaning: 'The public URL sends clients elsewhere. Homeservers do not follow when they send something.',
    cause: 'The proxy redirects every request, to www or to a page for people.',
    fix: 'Take /_matrix/identity/ out of the redirect, or set server.publicUrl to where it leads.',
  },
  'proxy-cannot-reach-signpost': {
    status: 'problem',
    meaning: 'The reverse proxy takes the requests, but does not reach Signpost.',
    cause:
      'It has a wrong address or port, speaks TLS to a plain listener, or SELinux or a container keeps it away.',
    fix: 'Compare the upstream in the proxy with server.listen; the log of the proxy names what it tried. SELinux: setsebool -P httpd_can_network_connect 1',
  },
  'proxy-sends-to-homeserver': {
    status: 'problem',
    meaning: 'Requests for the identity server end at the homeserver, or at another Matrix server.',
    cause: 'The proxy has no rule for /_matrix/identity/, or one for all of /_matrix/ comes first.',
    fix: 'Put the rule for /_matrix/identity/ before the one for /_matrix/; signpost proxy nginx (or apache, caddy, haproxy, traefik) prints it.',
  },
  'proxy-refuses': {
    status: 'problem',
    meaning: 'The reverse proxy refuses the requests before they reach Signpost.',
    cause:
      'It asks for a login, allows some addresses only, or a filter against bots takes programs for an attack.',
    fix: 'Take /_matrix/identity/ out of the login, the list of addresses and the filter.',
  },
  'proxy-rule-missing': {
    status: 'problem',
    meaning: 'The web server under the public URL does not know that /_matrix/identity/ belongs to Signpost.',
    cause: 'The rule is missing, stands in another virtual host, or the server was not reloaded.',
    fix: 'Add it and reload; signpost proxy nginx (or apache, caddy, haproxy, traefik) prints it.',
  },
  'public-url-another-server': {
    status: 'problem',
    meaning: 'Something that is not Signpost answers under the public URL.',
    cause: 'The name leads to another machine, or a default page of the web server answers.',
    fix: 'Check where the name leads, and which virtual host of the proxy answers; signpost proxy nginx prints one.',
  },
  'public-url-another-identity-server': {
    status: 'problem',
    meaning: 'Another identity server answers under the public URL.',
    cause: 'The former one still runs behind the proxy, or a Signpost with another database.',
    fix: 'Let the proxy lead to the address in server.listen, and stop the other one.',
  },
  'public-url-silent': {
    status: 'problem',
    meaning: 'Connections to the public URL are taken, but nothing is answered.',
    cause: 'The proxy waits for something that does not answer: a wrong upstream, a firewall in between.',
    fix: 'Look into the log of the proxy, and compare its upstream with server.listen.',
  },
} as const satisfies Faults

type DoorFault = keyof typeof faults
const found = reporterOf(faults)

export const publicUrl: DoctorCheck = {
  code: 'public-url',
  area: 'public-url',
  title: 'whether the public URL leads to this Signpost',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    try {
      const { response } = await world.door.look()
      return [fine('public-url', `A request through it arrived here (${response.status}).`)]
    } catch (error) {
      if (!(error instanceof DoorFailure)) throw error
      return [await resultOf(world, error.seen, signal)]
    }
  },
}

async function resultOf(world: DoctorWorld, seen: DoorFailure['seen'], signal: AbortSignal): Promise<Result> {
  if (seen instanceof Error) {
    if (seen instanceof HttpFailure && seen.code === 'tls')
      throw new NotPossible('This needs a certificate that clients trust.')
    return found('public-url-silent', { detail: seen.message })
  }
  const { url } = await world.place.need()
  const code = codeOf(seen) ?? (await codeOfMatrixServer(world, signal))
  const location = seen.headers['location']
  const to = code === 'public-url-redirects' && location !== undefined ? `, to ${originOf(location)}` : ''
  return found(code, { detail: `${url}/_matrix/identity/ answers ${describeSeen(seen)}${to}.` })
}

/** What an answer tells that no Signpost gave; null for the error of a Matrix server, of which there are several. */
function codeOf(seen: HttpResponse): DoorFault | null {
  const { status } = seen
  if (status >= 300 && status < 400) return 'public-url-redirects'
  if (status === 502 || status === 503 || status === 504) return 'proxy-cannot-reach-signpost'
  if (errcodeIn(seen) !== null) return null
  if (status === 401 || status === 403 || status === 407) return 'proxy-refuses'
  return status === 404 ? 'proxy-rule-missing' : 'public-url-another-server'
}

/** Identity servers say `{}` to their status check; homeservers do not know it. */
async function codeOfMatrixServer({ network, place }: DoctorWorld, signal: AbortSignal): Promise<DoorFault> {
  const { http } = await network.need()
  const { url } = await place.need()
  const status = await answerOf(() =>
    http.request({ url: `${url}/_matrix/identity/v2`, trust: 'operator', signal }),
  )
  const isIdentityServer =
    !(status instanceof HttpFailure) && status.status === 200 && JSON.stringify(jsonIn(status)) === '{}'
  return isIdentityServer ? 'public-url-another-identity-server' : 'proxy-sends-to-homeserver'
}

/** Where a redirect leads, without what stands in its path and query. */
function originOf(location: string): string {
  return URL.parse(location)?.origin ?? 'another path'
}
