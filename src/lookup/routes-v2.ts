import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Recorder } from '../activity/log/entry.ts'
import type { Config } from '../config/schema.ts'
import type { Requesters } from '../federation/inbound/requester.ts'
import { jsonBody, readParameters } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import { recordLookup, type AnsweredLookup } from './answered.ts'
import { answerHashes, type Generation } from './generation.ts'
import type { Lookup } from './find.ts'
import type { LookupIndex } from './lookup-index.ts'
import { answerPlain, askPlain } from './plain.ts'

/** One verdict for the whole list: an issue for each wrong element of a large one would take seconds. */
const texts = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'has to be a list of strings',
)
const lookupSchema = z.object({ algorithm: z.string(), pepper: z.string(), addresses: texts })

export interface LookupRouteOptions {
  readonly index: LookupIndex
  readonly lookup: Lookup
  readonly config: () => Config
  readonly authenticate: (request: FastifyRequest) => string | Promise<string>
  readonly requesters: Requesters
  /** Both count addresses, not requests: of each account, and of all accounts of another homeserver. */
  readonly limiter: RateLimiter
  readonly foreignLimiter: RateLimiter
  /** Tells how many addresses were asked and found, for the counters. */
  readonly observe: (algorithm: string, asked: number) => void
  readonly recorder: Recorder
}

/** Identity Service API, "Association lookup". */
export function addLookupRoutes(app: FastifyInstance, prefix: string, options: LookupRouteOptions): void {
  const { index, config, requesters } = options

  app.get(`${prefix}/hash_details`, async (request) => {
    await options.authenticate(request)
    const { pepper } = await index.current()
    return { lookup_pepper: pepper, algorithms: config().lookup.algorithms }
  })

  app.post(`${prefix}/lookup`, async (request, reply) => {
    const userId = await options.authenticate(request)
    const { algorithm, pepper, addresses } = readParameters(lookupSchema, jsonBody(request))
    const known = config().lookup.algorithms.find((each) => each === algorithm)
    if (known === undefined) {
      throw new MatrixError('M_INVALID_PARAM', {
        message: 'Invalid algorithm: ask hash_details which there are.',
      })
    }
    const { maxAddresses } = config().lookup
    if (addresses.length > maxAddresses) {
      throw new MatrixError('M_TOO_LARGE', {
        status: 400,
        message: `Ask for at most ${maxAddresses} addresses at once.`,
      })
    }
    options.limiter.take(userId, addresses.length)
    const foreignServer = requesters.foreignServer(userId)
    if (foreignServer !== null) options.foreignLimiter.take(foreignServer, addresses.length)
    const generation = await (foreignServer === null ? index.forPepper(pepper) : index.forPeers(pepper))
    if (generation === null) throw await invalidPepper(index, algorithm)
    options.observe(algorithm, addresses.length)
    const plain = known === 'none' && options.lookup.asksOthers
    const answer = plain
      ? await askPlain(options.lookup, generation, addresses, requesters.of(userId, request.clientAddress))
      : fromIndex(known, generation, addresses)
    recordLookup(
      options.recorder,
      {
        algorithm,
        asked: addresses.length,
        durationMs: reply.elapsedTime,
        requester: { user: userId, server: foreignServer },
        request: request.id,
      },
      answer,
    )
    return reply.type('application/json').send(answer.text)
  })
}

/** From the table in memory alone: it holds everybody of whom storage knows. */
function fromIndex(
  algorithm: 'sha256' | 'none',
  generation: Generation,
  addresses: readonly string[],
): AnsweredLookup {
  return algorithm === 'sha256' ? answerHashes(generation, addresses) : answerPlain(generation, addresses)
}

/** The body carries the current values (Identity Service API, `POST /lookup`), so that a client can hash again at once. */
async function invalidPepper(index: LookupIndex, algorithm: string): Promise<MatrixError> {
  const { pepper } = await index.current()
  return new MatrixError('M_INVALID_PEPPER', { fields: { algorithm, lookup_pepper: pepper } })
}
