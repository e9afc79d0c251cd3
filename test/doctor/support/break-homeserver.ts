import type { ServerResponse } from 'node:http'
import { freePort } from '../../support/free-port.ts'
import { json, type Handler } from '../../support/http-peer.ts'
import { withConfig, type Break } from './break.ts'
import { unrecognized, type DoctorHomeserver } from './stand-in-homeserver.ts'

type Part = Parameters<DoctorHomeserver['replace']>[0]

const answering =
  (parts: Partial<Record<Part, Handler>>): Break['inject'] =>
  ({ homeserver }) => {
    const entries = Object.entries(parts) as [Part, Handler][]
    for (const [part, handler] of entries) homeserver.replace(part, handler)
    return () => {
      for (const [part] of entries) homeserver.replace(part, null)
    }
  }

/** The header that Node writes by itself, an hour late. */
const anHourAgo: Handler = (request, response: ServerResponse) => {
  response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString())
  json(200, { versions: ['v1.15'] })(request, response)
}

export const homeserverFaults: readonly Break[] = [
  {
    name: 'the listener of the homeserver has openid but no federation',
    inject: answering({ onbind: unrecognized(), keys: unrecognized() }),
    finds: ['onbind-missing'],
  },
  {
    name: 'the listener of the homeserver has neither',
    inject: answering({ onbind: unrecognized(), keys: unrecognized(), openid: unrecognized() }),
    finds: ['onbind-missing', 'openid-missing'],
  },
  {
    name: 'a filter in front of the homeserver refuses what Signpost asks',
    inject: answering({ openid: json(403, 'Forbidden'), onbind: json(403, 'Forbidden') }),
    finds: ['onbind-refused', 'openid-refused'],
  },
  {
    name: 'the homeserver is down',
    async inject(world) {
      const homeserverUrl = `http://127.0.0.1:${await freePort()}`
      return await withConfig((config) => ({ ...config, matrix: { ...config.matrix, homeserverUrl } }))(world)
    },
    finds: ['federation-api-unreachable', 'homeserver-unreachable'],
  },
  {
    name: 'the homeserver is found by its name, under a private address',
    inject: withConfig((config) => ({
      ...config,
      matrix: { ...config.matrix, homeserverUrl: null, pins: {} },
    })),
    finds: ['federation-address-private'],
  },
  {
    name: 'matrix.homeserverUrl leads to another program',
    inject: answering({ versions: json(200, { hello: 'world' }) }),
    finds: ['homeserver-not-there'],
  },
  {
    name: 'matrix.homeserverUrl leads to another homeserver',
    inject: answering({ keys: json(200, { server_name: 'other.test' }) }),
    finds: ['homeserver-name-differs'],
  },
  {
    name: 'Matrix Authentication Service signs people in',
    inject: answering({ metadata: json(200, { issuer: 'https://account.school.test/' }) }),
    finds: ['homeserver-uses-mas'],
  },
  {
    name: 'the clock is an hour ahead of the one of the homeserver',
    inject: answering({ versions: anHourAgo }),
    finds: ['clock-wrong'],
  },
]
