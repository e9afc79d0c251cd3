import type { FastifyInstance } from 'fastify'
import type { Recorder } from './activity/log/entry.ts'
import { createProviderGate } from './authentication/provider-gate.ts'
import { followRewrite } from './authentication/rewrite.ts'
import { addLoginRoutes, addProviderRoute } from './authentication/routes.ts'
import { createSignInLimits, type SignInLimits } from './authentication/sign-in-limits.ts'
import type { Config } from './config/schema.ts'
import type { SecretReader } from './config/secrets.ts'
import { lookupIn, type Directories } from './directories.ts'
import { backendsHolding } from './directory/mirrors.ts'
import { addDirectoryRoutes } from './directory/routes.ts'
import { createVisibility } from './directory/visibility.ts'
import type { Limits } from './http/limits.ts'
import { createHomeserverApi } from './intercepts/homeserver.ts'
import { followIdList } from './intercepts/id-list.ts'
import { createPeople, type People } from './intercepts/people.ts'
import { createSessions } from './intercepts/sessions.ts'
import type { ThreePid } from './matrix/threepid.ts'
import { createOidcAccounts } from './oidc/accounts.ts'
import { oidcKeyFile } from './oidc/key-file.ts'
import { createOidc } from './oidc/oidc.ts'
import { createOidcPages } from './oidc/pages.ts'
import { addOidcRoutes } from './oidc/routes.ts'
import type { SignInPageOptions } from './oidc/sign-in-page.ts'
import { signInOnPage } from './oidc/sign-in.ts'
import { addProfileRoutes } from './profile/routes.ts'
import { registrationFacts } from './registration/facts.ts'
import { addRegistrationRoutes } from './registration/routes.ts'
import { addRoomInviteRoutes } from './room-invites/routes.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import type { Storage } from './storage/storage.ts'

export interface IntegrationOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly services: () => Services
  readonly limits: Limits
  readonly secrets: SecretReader
  readonly dataDir: string
  readonly directories: Directories
  readonly recorder: Recorder
}

/** What Signpost does between clients and their homeserver, and for it. All of it is off until it is configured. */
export function addIntegrationRoutes(
  app: FastifyInstance,
  options: IntegrationOptions,
): { readonly signInLimits: SignInLimits } {
  const { storage, runtime, config, services, limits, directories, recorder } = options
  const { clock } = runtime
  const { backends, sources } = directories
  const domain = () => config().matrix.domain
  const homeserver = createHomeserverApi({ config, http: () => services().http })
  const sessions = createSessions(homeserver, clock)
  const people = createPeople(backends, clock)
  const signInLimits = createSignInLimits({
    clock,
    perAccount: limits.signInPerAccount,
    perAddress: limits.signInPerIp,
  })
  // What other servers know makes nobody a user of this one.
  const lookup = lookupIn(backends, sources, storage, runtime)
  const find = async (address: ThreePid) => (await lookup.findOne(address, null))?.mxid ?? null
  // A login that passes through here is given up after `network.timeout`: the homeserver needs the rest of it for itself.
  const patienceMs = () => (config().network.timeout * 2) / 3
  const shared = { config, homeserver, sessions, people, recorder, clock, patienceMs }

  const rewrite = followRewrite(() => config().authentication.rewrite)
  addLoginRoutes(app, {
    ...shared,
    domain,
    find,
    rewrite,
    limits: signInLimits,
    enabled: () => config().authentication.enabled,
    foldCase: () => config().authentication.foldCase,
  })
  addProviderRoute(app, {
    ...shared,
    backends,
    domain,
    find,
    limits: signInLimits,
    gate: createProviderGate(config, options.secrets),
  })
  addOpenIdProvider(app, options, people, (typed, clientAddress) =>
    signInOnPage({ ...shared, backends, domain, find, rewrite, limits: signInLimits }, typed, clientAddress),
  )
  addDirectoryRoutes(app, {
    ...shared,
    db: () => storage.db,
    backends,
    mirrored: sources,
    excluded: followIdList(() => config().directory.exclude),
    visible: createVisibility({
      groups: () => config().directory.groups,
      people,
      backendsOf: (mxids) => backendsHolding(storage.db, mxids),
    }),
    limiter: limits.directoryPerAccount,
  })
  addRegistrationRoutes(app, {
    ...shared,
    ...registrationFacts({ db: () => storage.db, clock, lookup, sources, backends }),
    limiter: limits.registrationPerIp,
  })
  addProfileRoutes(app, { ...shared, limiter: limits.profilePerIp })
  addRoomInviteRoutes(app, {
    ...shared,
    rules: () => config().roomInvites,
    users: followIdList(() => config().roomInvites.users),
    limiter: limits.invitePerAccount,
  })
  return { signInLimits }
}

function addOpenIdProvider(
  app: FastifyInstance,
  { storage, runtime, config, services, secrets, dataDir, limits }: IntegrationOptions,
  people: People,
  signIn: SignInPageOptions['signIn'],
): void {
  const accounts = createOidcAccounts(storage, people, runtime.clock)
  const pages = createOidcPages(() => services().messages)
  const keyFile = oidcKeyFile(dataDir)
  const running = createOidc({ storage, runtime, config, secrets, keyFile, accounts, pages })
  addOidcRoutes(app, { running, accounts, pages, signIn, limiter: limits.otherPerIp })
}
