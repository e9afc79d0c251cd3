import type { FastifyRequest } from 'fastify'
import { isSameToken, tokenOf } from '../accounts/tokens.ts'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import { MatrixError } from '../matrix/errors.ts'
import { followNetworkList } from '../net/network-list.ts'

/** Lets nobody ask about passwords but the homeserver. @throws MatrixError */
export type ProviderGate = (request: FastifyRequest) => Promise<void>

export function createProviderGate(config: () => Config, secrets: SecretReader): ProviderGate {
  const settings = () => config().authentication.provider
  const networks = followNetworkList(() => settings().allow)
  return async (request) => {
    const { enabled, secret } = settings()
    if (!enabled) throw new MatrixError('M_UNRECOGNIZED')
    if (!networks.contains(request.clientAddress)) {
      throw new MatrixError('M_FORBIDDEN', { message: 'Passwords are not checked for this address.' })
    }
    if (secret === null) return
    const wanted = await secrets.read(secret, 'authentication.provider.secret')
    if (!isSameToken(wanted, tokenOf(request) ?? '')) {
      throw new MatrixError('M_FORBIDDEN', {
        message: 'The secret of the password provider is missing or wrong.',
      })
    }
  }
}
