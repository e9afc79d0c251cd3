import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import { followNetworkList } from '../net/network-list.ts'

/** Lets only those use the v1 API whom the configuration allows: it asks for no account, so the address must do. */
export function addLegacyGate(scope: FastifyInstance, config: () => Config): void {
  const networks = followNetworkList(() => config().identityV1.allow)
  scope.addHook('onRequest', (request, _reply, done) => {
    const { enabled, allow } = config().identityV1
    if (!enabled) throw new MatrixError('M_UNRECOGNIZED', { message: 'The v1 API is switched off. Use v2.' })
    if (allow.length > 0 && !networks.contains(request.clientAddress)) {
      throw new MatrixError('M_FORBIDDEN', { message: 'The v1 API is not open to this address.' })
    }
    done()
  })
}
