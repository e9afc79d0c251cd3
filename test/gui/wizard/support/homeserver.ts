import { json, startHttpPeer, type HttpPeer } from '../../../support/http-peer.ts'

/** What the wizard asks of a homeserver, over real HTTP; where a real Synapse cannot be had. */
export function startDiscoverableHomeserver(domain: string): Promise<HttpPeer> {
  const answers: Readonly<Record<string, unknown>> = {
    '/_matrix/client/versions': { versions: ['v1.11'] },
    '/_matrix/federation/v1/version': { server: { name: 'Synapse', version: '1.140.0' } },
    '/_matrix/key/v2/server': { server_name: domain },
  }
  return startHttpPeer({
    handler(request, response) {
      const { pathname } = new URL(request.url, 'http://homeserver')
      const answer = answers[pathname]
      const [status, body] =
        answer === undefined ? [404, { errcode: 'M_UNRECOGNIZED', error: 'Unknown' }] : [200, answer]
      json(status, body)(request, response)
    },
  })
}
