import { z } from 'zod'
import { parseServerName } from '../../matrix/identifiers.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { publicUrl } from '../../public-url.ts'
import { answerOf, describeSeen, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import type { ClientWellKnown } from '../client-well-known.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { Config } from '../../config/schema.ts'

const faults = {
  'well-known-client-missing': {
    status: 'warning',
    meaning: 'People have to type the addresses of homeserver and identity server into their clients.',
    cause: 'There is no /.well-known/matrix/client under the Matrix domain.',
    fix: 'Publish it; signpost snippet well-known prints the file and the rules of the web server. Synapse serves it when public_baseurl and default_identity_server are set.',
  },
  'well-known-client-broken': {
    status: 'problem',
    meaning: 'Clients stop with an error when they look up the Matrix domain.',
    cause: 'A web site answers /.well-known/matrix/client with a page, or the file was edited.',
    fix: 'Put the right file there; signpost snippet well-known prints it.',
  },
  'well-known-client-not-shared': {
    status: 'problem',
    meaning: 'Clients in a browser cannot read /.well-known/matrix/client.',
    cause: 'The header Access-Control-Allow-Origin is missing.',
    fix: 'nginx, at the location of the file: add_header Access-Control-Allow-Origin *; - signpost snippet well-known prints all of it.',
  },
  'well-known-identity-missing': {
    status: 'warning',
    meaning:
      'Clients do not know that there is an identity server: people would have to enter it in their settings.',
    cause: 'm.identity_server is missing in /.well-known/matrix/client.',
    fix: 'Add it to the file: "m.identity_server": { "base_url": "URL" } - or in homeserver.yaml: default_identity_server: URL',
  },
  'well-known-identity-differs': {
    status: 'problem',
    meaning: 'Clients are led to another identity server.',
    cause: '/.well-known/matrix/client, or default_identity_server in homeserver.yaml, names the former one.',
    fix: 'Name this one there: "m.identity_server": { "base_url": "URL" }',
  },
  'well-known-server-broken': {
    status: 'problem',
    meaning: 'Other homeservers cannot read where the homeserver of the Matrix domain is.',
    cause: 'A web site answers /.well-known/matrix/server with something else, or the file was edited.',
    fix: 'Put the right file there; signpost snippet well-known prints it.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const wellKnown: DoctorCheck = {
  code: 'well-known',
  area: 'homeserver',
  title: 'what the Matrix domain tells clients and servers',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, clientWellKnown, network }, signal) {
    const settings = await config.need()
    const { http } = await network.need()
    const { hostname, port } = parseServerName(settings.matrix.domain) ?? { hostname: '', port: null }
    const client = await clientWellKnown.need()
    if (client.state === 'unreachable' && port !== null) {
      throw new NotPossible(`This needs a web server under ${hostname}.`)
    }
    const url = `https://${hostname}/.well-known/matrix/server`
    const server = await answerOf(() => http.request({ url, trust: 'operator', redirects: 5, signal }))
    // A name with a port says itself where the homeserver is; nobody asks for the file then.
    const results = [...ofClient(client, settings), ...(port === null ? ofServer(server) : [])]
    return results.length > 0 ? results : [fine('well-known', `Both files under ${hostname} are right.`)]
  },
}

function ofClient(client: ClientWellKnown, config: Config): readonly Result[] {
  const ours = publicUrl(config)
  switch (client.state) {
    case 'absent':
      return [found('well-known-client-missing', { detail: 'It is answered 404.' })]
    case 'unreachable':
      return [found('well-known-client-missing', { detail: client.failure.message })]
    case 'broken':
      return [found('well-known-client-broken', { detail: client.why })]
    case 'there':
      return [
        ...(client.isShared
          ? []
          : [found('well-known-client-not-shared', { detail: 'Access-Control-Allow-Origin is not "*".' })]),
        ...ofIdentityServer(client.identityServer, ours),
      ]
  }
}

function ofIdentityServer(named: string | null, ours: string): readonly Result[] {
  const fix = `In the file: "m.identity_server": { "base_url": "${ours}" } - or in homeserver.yaml: default_identity_server: ${ours}`
  if (named === null)
    return [found('well-known-identity-missing', { detail: 'It names no identity server.', fix })]
  if (named === ours) return []
  return [found('well-known-identity-differs', { detail: `It names ${named}; this one is ${ours}.`, fix })]
}

const serverSchema = z.looseObject({
  'm.server': z.string().refine((name) => parseServerName(name) !== null),
})

/** None is fine: SRV records and port 8448 do as well. */
function ofServer(server: Awaited<ReturnType<typeof answerOf>>): readonly Result[] {
  if (server instanceof HttpFailure || server.status === 404) return []
  if (server.status === 200 && serverSchema.safeParse(jsonIn(server)).success) return []
  return [
    found('well-known-server-broken', {
      detail: `/.well-known/matrix/server is answered ${describeSeen(server)}, without a usable m.server.`,
    }),
  ]
}
