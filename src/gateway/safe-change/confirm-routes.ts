import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { MatrixError } from '../../matrix/errors.ts'
import type { SafeChange } from './safe-change.ts'
import { confirmPaths, type ListenerName } from './trial-keys.ts'

export interface ConfirmRouteOptions {
  readonly listener: ListenerName
  readonly safeChange: Pick<SafeChange, 'confirm'>
  /** Counts a request; throws when there were too many. */
  readonly take: (request: FastifyRequest) => void
}

const paramsSchema = z.object({ token: z.string().min(1).max(128) })

/**
 * `POST {path}/{token}` confirms a change of the network settings, as far as the request proves that the new address
 * leads here. 404 for whoever does not know the token.
 */
export function addConfirmRoute(
  app: FastifyInstance,
  { listener, safeChange, take }: ConfirmRouteOptions,
): void {
  app.post(`${confirmPaths[listener]}/:token`, async (request, reply) => {
    take(request)
    const token = paramsSchema.safeParse(request.params).data?.token
    const host = request.headers.host ?? ''
    const { localAddress, localPort } = request.socket
    const confirmed =
      token === undefined
        ? null
        : await safeChange.confirm(token, { listener, host, localAddress, localPort })
    if (confirmed === null) return reply.code(404).send(new MatrixError('M_UNRECOGNIZED').toBody())
    // Under which name the request arrived, since a proxy that does not pass the Host header on is the usual reason.
    const seen = confirmed.state === 'waiting' ? { arrivedAs: host } : {}
    return reply.header('cache-control', 'no-store').send({ ...confirmed, ...seen })
  })
}
