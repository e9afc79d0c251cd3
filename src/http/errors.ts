import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MatrixError } from '../matrix/errors.ts'
import type { Logger } from '../runtime.ts'
import { corsHeaders } from './cors.ts'

/** The one place where a failure becomes an answer. Whatever is not a `MatrixError` is our own fault: logged, 500. */
export function addErrorHandling(
  app: FastifyInstance,
  log: Logger,
  refused: (request: FastifyRequest, error: MatrixError) => void = () => {},
): void {
  app.setErrorHandler((error, request, reply) => {
    const known = asMatrixError(error)
    const route = request.routeOptions.url
    if (error !== known && known.status >= 500) log.error({ err: error, route }, 'a request failed')
    // Another server is to blame (502, 504): one line, for a stranger can cause any number of them.
    else if (known.status >= 500) log.warn({ route, reason: known.message }, 'a request failed elsewhere')
    refused(request, known)
    return sendError(reply, known)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, new MatrixError('M_UNRECOGNIZED')))
}

/** Fastify meets some requests before any hook runs (a path that is not valid percent-encoding). */
export function frameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(corsHeaders)
  void sendError(reply, asMatrixError(error))
}

export function sendError(reply: FastifyReply, error: MatrixError): FastifyReply {
  return reply.code(error.status).headers(error.headers).send(error.toBody())
}

function asMatrixError(error: unknown): MatrixError {
  if (error instanceof MatrixError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new MatrixError('M_TOO_LARGE', { cause: error })
  if (code === 'FST_ERR_BAD_URL') {
    return new MatrixError('M_UNRECOGNIZED', { status: 400, message: 'The path is not a valid URL path.' })
  }
  // Other 4xx of the framework: a broken Content-Length, an unreadable header.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new MatrixError('M_UNKNOWN', { status, message: 'The request could not be read.', cause: error })
  }
  return new MatrixError('M_UNKNOWN', { cause: error })
}
