import type { FastifyInstance } from 'fastify'

/** v1.20 takes the query-string token away, which current homeservers still send; v1.0 was never an API version. */
const currentVersions = Array.from({ length: 19 }, (_, index) => `v1.${index + 1}`)
/** These contain the v1 API. */
const legacyVersions = ['r0.1.0', 'r0.2.0', 'r0.2.1', 'r0.3.0']

export interface VersionRouteOptions {
  readonly identity: string
  /** Whether v1 is served. */
  readonly legacy: () => boolean
}

/** Identity Service API, "API versions" and "Status check". */
export function addVersionRoutes(app: FastifyInstance, { identity, legacy }: VersionRouteOptions): void {
  app.get(`${identity}/versions`, async () => ({
    versions: legacy() ? [...legacyVersions, ...currentVersions] : currentVersions,
  }))
  app.get(`${identity}/v2`, async () => ({}))
  app.get(`${identity}/api/v1`, async () => ({}))
}
