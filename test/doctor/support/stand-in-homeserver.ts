import type { ServerResponse } from 'node:http'
import {
  json,
  startHttpPeer,
  type Handler,
  type HttpPeer,
  type SeenRequest,
} from '../../support/http-peer.ts'

type Part =
  'versions' | 'keys' | 'openid' | 'onbind' | 'metadata' | 'login' | 'whoami' | 'register' | 'profile'

/** The endpoints of a homeserver that the doctor asks, each of which can be broken. */
export interface DoctorHomeserver {
  readonly url: string
  readonly port: number
  /** Requests that reached it. */
  readonly seen: readonly SeenRequest[]
  /** Puts another answer in the place of one part; null mends it. */
  replace(part: Part, handler: Handler | null): void
  close(): Promise<void>
}

const paths: Readonly<Record<Part, string>> = {
  versions: '/_matrix/client/versions',
  keys: '/_matrix/key/v2/server',
  openid: '/_matrix/federation/v1/openid/userinfo',
  onbind: '/_matrix/federation/v1/3pid/onbind',
  metadata: '/_matrix/client/v1/auth_metadata',
  login: '/_matrix/client/v3/login',
  whoami: '/_matrix/client/v3/account/whoami',
  register: '/_matrix/client/v3/register',
  profile: '/_matrix/client/v3/profile/@signpost-doctor:school.test',
}

export const unrecognized = (status = 404) =>
  json(status, { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' })

/** Answers as Synapse does without Matrix Authentication Service. */
export async function startDoctorHomeserver(serverName: string): Promise<DoctorHomeserver> {
  const usual: Readonly<Record<Part, Handler>> = {
    versions: json(200, { versions: ['v1.1', 'v1.15'] }),
    keys: json(200, { server_name: serverName, verify_keys: {}, valid_until_ts: 0, signatures: {} }),
    openid: json(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Access token unknown or expired' }),
    onbind: json(200, {}),
    metadata: unrecognized(),
    login: json(200, { flows: [{ type: 'm.login.password' }] }),
    whoami: json(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Unrecognised access token' }),
    register: json(403, { errcode: 'M_FORBIDDEN', error: 'Registration has been disabled' }),
    profile: json(404, { errcode: 'M_NOT_FOUND', error: 'Profile was not found' }),
  }
  const replaced = new Map<Part, Handler>()

  function handle(request: SeenRequest, response: ServerResponse): void {
    const path = request.url.replace(/\?.*$/, '')
    const part = (Object.keys(paths) as Part[]).find((name) => paths[name] === path)
    const handler = part === undefined ? unrecognized() : (replaced.get(part) ?? usual[part])
    handler(request, response)
  }

  const peer: HttpPeer = await startHttpPeer({ handler: handle })
  return {
    url: `http://127.0.0.1:${peer.port}`,
    port: peer.port,
    seen: peer.seen,
    replace(part, handler) {
      if (handler === null) replaced.delete(part)
      else replaced.set(part, handler)
    },
    close: () => peer.close(),
  }
}
