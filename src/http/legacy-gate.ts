import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import { createNetworkList, type NetworkList } from '../net/trusted-proxies.ts'

/** Lets only those use the v1 API whom the configuration allows: it asks for no account, so the address must do. */
export function addLegacyGate(scope: FastifyInstance, config: () => Config): void {
  let list: { readonly entries: readonly string[]; readonly networks: NetworkList } | null = null
  scope.addHook('onRequest', (request, _reply, done) => {
    const { enabled, allow } = config().identityV1
    if (!enabled) throw new MatrixError('M_UNRECOGNIZED', { message: 'The v1 API is switched off. Use v2.' })
    if (list?.entries !== allow) list = { entries: allow, networks: createNetworkList(allow) }
    if (allow.length > 0 && !list.networks.contains(request.clientAddress)) {
      throw new MatrixError('M_FORBIDDEN', { message: 'The v1 API is not open to this address.' })
    }
    done()
  })
}
