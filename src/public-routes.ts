import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Recorder } from './activity/log/entry.ts'
import type { NoteRefusal } from './activity/log/refusals.ts'
import { addAccountRoutes } from './accounts/routes.ts'
import { addAssociationRoutes } from './associations/routes.ts'
import type { Config } from './config/schema.ts'
import { addDoctorEcho } from './doctor/echo.ts'
import type { Features } from './features.ts'
import type { Requesters } from './federation/inbound/requester.ts'
import { addFederationRoutes, type FederationResult } from './federation/inbound/routes.ts'
import { addHealthRoute } from './http/health.ts'
import type { Limits } from './http/limits.ts'
import { addLegacyGate } from './http/legacy-gate.ts'
import { jsonBody, jsonOrFormBody, legacyParameters } from './http/parameters.ts'
import { addVersionRoutes } from './http/versions.ts'
import { addSignRoute, addStoreInviteRoute } from './invitations/routes.ts'
import type { KeyRing } from './keys/key-ring.ts'
import { addKeyRoutes } from './keys/routes.ts'
import type { Lookup } from './lookup/find.ts'
import type { LookupIndex } from './lookup/lookup-index.ts'
import { addLegacyLookupRoutes } from './lookup/routes-v1.ts'
import { addLookupRoutes } from './lookup/routes-v2.ts'
import type { Messages } from './notify/messages.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import type { Storage } from './storage/storage.ts'
import { addValidationRoutes, type ValidationPages } from './validation/routes.ts'

export interface PublicRouteOptions extends Features {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly services: () => Services
  readonly keyRing: KeyRing
  readonly index: LookupIndex
  readonly requesters: Requesters
  readonly limits: Limits
  readonly lookup: Lookup
  readonly observeLookup: (algorithm: string, asked: number) => void
  readonly recorder: Recorder
  readonly refused: NoteRefusal
  readonly observePeer: (result: FederationResult) => void
  /** Rejects when the server cannot do its work. */
  readonly checkHealth: () => Promise<void>
}

const identity = '/_matrix/identity'

type Authenticate = (request: FastifyRequest) => Promise<string | null>

/** Everything the public listener answers. */
export async function addPublicRoutes(app: FastifyInstance, options: PublicRouteOptions): Promise<void> {
  const { accounts, limits, config, services } = options
  addDoctorEcho(app, {
    storage: options.storage,
    clock: options.runtime.clock,
    maxBodyBytes: config().server.maxBodyBytes,
    limiter: limits.otherPerIp,
  })
  addVersionRoutes(app, { identity, legacy: () => config().identityV1.enabled })
  addHealthRoute(app, options.checkHealth)
  app.get('/', async (_request, reply) => {
    const { html } = services().messages.renderPage(
      'landing',
      _request.headers['accept-language'] ?? null,
      {},
    )
    return reply.type('text/html; charset=utf-8').send(html)
  })

  const v2 = `${identity}/v2`
  const withToken: Authenticate = async (request) => await accounts.authenticate(request)
  addAccountRoutes(app, v2, {
    accounts,
    config,
    registerLimiter: limits.registerPerIp,
    limiter: limits.otherPerIp,
  })
  addLookupRoutes(app, v2, {
    index: options.index,
    lookup: options.lookup,
    config,
    authenticate: (request) => accounts.authenticate(request),
    requesters: options.requesters,
    limiter: limits.lookupPerAccount,
    foreignLimiter: limits.lookupPerHomeserver,
    observe: options.observeLookup,
    recorder: options.recorder,
  })
  addSharedRoutes(app, v2, options, {
    authenticate: withToken,
    form: jsonOrFormBody,
    json: jsonBody,
    legacy: false,
  })

  addLastingRoutes(app, v2, options, withToken, jsonBody)

  addFederationRoutes(app, {
    signedLookup: options.signedLookup,
    limiter: limits.federationPerIp,
    observe: options.observePeer,
  })

  const v1 = `${identity}/api/v1`
  const withoutToken: Authenticate = async () => null
  addLastingRoutes(app, v1, options, withoutToken, legacyParameters)
  await app.register(async (scope) => {
    addLegacyGate(scope, config)
    addLegacyLookupRoutes(scope, v1, {
      runtime: options.storeInvite.runtime,
      keyRing: options.keyRing,
      serverName: () => config().matrix.domain,
      lookup: options.lookup,
      requesters: options.requesters,
      maxAddresses: () => config().lookup.maxAddresses,
      limiter: limits.v1LookupPerIp,
      observe: options.observeLookup,
      recorder: options.recorder,
    })
    const legacy = {
      authenticate: withoutToken,
      form: legacyParameters,
      json: legacyParameters,
      legacy: true,
    }
    addSharedRoutes(scope, v1, options, legacy)
  })
}

interface ApiStyle {
  readonly authenticate: Authenticate
  /** Reads bodies that may be forms. */
  readonly form: (request: FastifyRequest) => Record<string, unknown>
  readonly json: (request: FastifyRequest) => Record<string, unknown>
  readonly legacy: boolean
}

/** What v2 and v1 have in common but for tokens and bodies. */
function addSharedRoutes(
  app: FastifyInstance,
  prefix: string,
  options: PublicRouteOptions,
  style: ApiStyle,
): void {
  const { limits, validation, associations, config, keyRing, services } = options
  const { authenticate } = style
  addValidationRoutes(app, prefix, {
    validation,
    authenticate,
    parameters: style.form,
    pages: validationPages(() => services().messages),
    submitLimiter: limits.submitTokenPerIp,
    refused: options.refused,
  })
  addAssociationRoutes(app, prefix, {
    associations,
    validation,
    keyRing,
    config,
    verifySignature: (request) => services().signatures.verify(request),
    authenticate,
    parameters: style.form,
    bindLimiter: limits.bindPerAccount,
    unbindLimiter: limits.unbindPerIp,
  })
  addStoreInviteRoute(app, prefix, {
    store: options.storeInvite,
    requesters: options.requesters,
    mediums: () => (config().notifications.sms.transport === 'none' ? ['email'] : ['email', 'msisdn']),
    authenticate,
    parameters: style.json,
    legacyAnswer: style.legacy,
    unauthenticatedLimiter: limits.v1StoreInvitePerIp,
  })
}

/** What stands in rooms and mails for good, and is therefore served under v1 even when v1 is switched off. */
function addLastingRoutes(
  app: FastifyInstance,
  prefix: string,
  { keyRing, evidence, limits, storeInvite }: PublicRouteOptions,
  authenticate: Authenticate,
  parameters: ApiStyle['json'],
): void {
  addKeyRoutes(app, prefix, { keyRing, ...evidence, limiter: limits.pubkeyPerIp })
  addSignRoute(app, prefix, { store: storeInvite, authenticate, parameters, signLimiter: limits.signPerIp })
}

function validationPages(messages: () => Messages): ValidationPages {
  return {
    success: (language) => messages().renderPage('validation-success', language ?? null, {}).html,
    failure: (language, errcode) =>
      messages().renderPage('validation-failure', language ?? null, { reason: failureReasons[errcode] ?? '' })
        .html,
  }
}

/** What the failure page says to a person, by what the API would have said to a program. */
const failureReasons: Readonly<Record<string, string>> = {
  M_SESSION_EXPIRED: 'expired',
  M_TOKEN_INCORRECT: 'wrong-code',
  M_LIMIT_EXCEEDED: 'too-many-attempts',
  M_INVALID_PARAM: 'unknown-session',
  M_MISSING_PARAMS: 'unknown-session',
}
