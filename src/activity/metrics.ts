import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** What the gauges read when somebody looks. */
export interface GaugeSources {
  readonly mappings: () => number
  readonly indexBytes: () => number
  readonly outboxWaiting: () => Promise<number>
  readonly invitationsPending: () => Promise<number>
}

export interface Metrics {
  readonly registry: Registry
  /** Counts an answer by its route, never by its real path: paths hold tokens. */
  answered(request: FastifyRequest, reply: FastifyReply): void
  lookedUp(algorithm: string, asked: number): void
  /** A lookup between two identity servers: `in` is asked of us. */
  federated(direction: 'in' | 'out', result: string): void
  delivered(kind: string, result: string): void
  askedPeer(kind: string, outcome: string, ms: number): void
  askedBackend(backend: string, use: string, outcome: string, ms: number): void
}

/** Seconds. A hashed lookup takes well under a millisecond, a mail server several seconds. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Prometheus metrics, served by the admin listener. */
export function createMetrics(sources: GaugeSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'signpost_http_request_duration_seconds',
    help: 'Time to answer a request on the public listener.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers,
  })
  const lookups = new Counter({
    name: 'signpost_lookup_addresses_total',
    help: 'Addresses asked in lookups.',
    labelNames: ['algorithm'],
    registers,
  })
  const federation = new Counter({
    name: 'signpost_federation_requests_total',
    help: 'Lookups asked of other identity servers (out) and signed lookups that they ask (in).',
    labelNames: ['direction', 'result'],
    registers,
  })
  const deliveries = new Counter({
    name: 'signpost_delivery_attempts_total',
    help: 'Attempts to deliver a mail, a text message or an invitation.',
    labelNames: ['kind', 'result'],
    registers,
  })
  const backends = new Histogram({
    name: 'signpost_backend_duration_seconds',
    help: 'Time a directory took for one question.',
    labelNames: ['backend', 'use', 'outcome'],
    buckets,
    registers,
  })
  const peers = new Histogram({
    name: 'signpost_federation_duration_seconds',
    help: 'Time another identity server took for one question.',
    labelNames: ['kind', 'outcome'],
    buckets,
    registers,
  })
  addGauge(registers, 'signpost_mappings', 'Addresses in the lookup index.', sources.mappings)
  addGauge(registers, 'signpost_index_bytes', 'Memory of the lookup index.', sources.indexBytes)
  addGauge(registers, 'signpost_outbox_waiting', 'Messages that wait for delivery.', sources.outboxWaiting)
  addGauge(
    registers,
    'signpost_invitations_pending',
    'Invitations nobody has taken up.',
    sources.invitationsPending,
  )

  return {
    registry,
    answered: (request, reply) => {
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: String(reply.statusCode),
      }
      duration.observe(labels, reply.elapsedTime / 1000)
    },
    lookedUp: (algorithm, asked) => lookups.inc({ algorithm }, asked),
    federated: (direction, result) => federation.inc({ direction, result }),
    delivered: (kind, result) => deliveries.inc({ kind, result }),
    askedPeer: (kind, outcome, ms) => {
      federation.inc({ direction: 'out', result: outcome })
      peers.observe({ kind, outcome }, ms / 1000)
    },
    askedBackend: (backend, use, outcome, ms) => backends.observe({ backend, use, outcome }, ms / 1000),
  }
}

function addGauge(
  registers: Registry[],
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void {
  void new Gauge({
    name,
    help,
    registers,
    async collect() {
      this.set(await read())
    },
  })
}
