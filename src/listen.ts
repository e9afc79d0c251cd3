import type { FastifyInstance } from 'fastify'
import { OperatorError } from './config/operator-error.ts'

/**
 * Opens a listener and returns its base URL.
 * @throws OperatorError naming the configuration key when the port is taken or not allowed.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  key: string,
): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const tried = `listen on ${host}, port ${port}`
    if (code === 'EADDRINUSE') {
      throw new OperatorError('port-in-use', {
        tried,
        likelyCause: 'Another program already listens there; perhaps Signpost itself is running.',
        fix: `Stop the other program, or choose another port with ${key}.port in signpost.yaml.`,
        cause,
      })
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new OperatorError('port-not-allowed', {
        tried,
        likelyCause:
          code === 'EACCES'
            ? 'Ports below 1024 need special rights.'
            : 'This machine does not have that address.',
        fix: `Choose another address or port with ${key} in signpost.yaml.`,
        cause,
      })
    }
    throw cause
  }
}
