import type { FastifyError, FastifyInstance } from 'fastify'
import { ConfigError } from '../../config/problems.ts'
import { OperatorError } from '../../config/operator-error.ts'
import type { Logger } from '../../runtime.ts'
import { AdminError } from './errors.ts'

/** Every failure leaves as `{ error: AdminErrorBody }` with the status of its code. */
export function addAdminErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const known = asAdminError(error)
    if (known.code === 'internal') log.error({ err: error }, 'a request to the admin API failed')
    const seconds = known.status === 429 ? known.details.params?.['seconds'] : undefined
    if (seconds !== undefined) reply.header('retry-after', String(seconds))
    return await reply.code(known.status).header('cache-control', 'no-store').send({ error: known.toBody() })
  })
  app.setNotFoundHandler(async (_request, reply) => {
    const error = new AdminError('unknown-route')
    return await reply.code(error.status).send({ error: error.toBody() })
  })
}

function asAdminError(error: FastifyError): AdminError {
  if (error instanceof AdminError) return error
  if (error instanceof ConfigError) {
    return new AdminError('config-invalid', {
      problems: error.problems.map(({ path, message, fix }) => ({ path, message, fix })),
    })
  }
  if (error instanceof OperatorError) {
    return new AdminError('not-possible', {
      message: error.message,
      fix: error.fix,
      params: { reason: error.code },
    })
  }
  if (error.statusCode === 413) return new AdminError('too-large')
  // Fastify's own refusals: a body that is no JSON, a media type it does not take.
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new AdminError('invalid', { message: error.message })
  }
  return new AdminError('internal')
}
