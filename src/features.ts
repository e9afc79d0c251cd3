import { createAccounts, type Accounts } from './accounts/accounts.ts'
import { createAssociations, type Associations } from './associations/associations.ts'
import type { Recorder } from './activity/log/entry.ts'
import { recordAssociations } from './associations/record.ts'
import type { Config } from './config/schema.ts'
import { createReplayGuard } from './federation/inbound/replay-guard.ts'
import { createSignedLookup, type SignedLookup } from './federation/inbound/signed-lookup.ts'
import { createSignedRequests } from './federation/inbound/signed-requests.ts'
import type { FederationPause } from './federation/pause.ts'
import type { Limits } from './http/limits.ts'
import { createEvidence, type Evidence } from './invitations/evidence.ts'
import { checkInvitedPhone, queueInvitationMail } from './invitations/mail.ts'
import { resolveInvitations, unresolveInvitations } from './invitations/resolve.ts'
import { boundStates } from './invitations/states.ts'
import { domainOf } from './invitations/new-invitation.ts'
import type { StoreInviteOptions } from './invitations/store-invite.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Lookup } from './lookup/find.ts'
import { findHashes } from './lookup/generation.ts'
import type { LookupIndex } from './lookup/lookup-index.ts'
import { parseUserId } from './matrix/identifiers.ts'
import type { ThreePid } from './matrix/threepid.ts'
import type { Observers } from './observers/observers.ts'
import type { DeliveryWatch } from './notify/delivery-watch.ts'
import type { NotificationQueue } from './notify/queue.ts'
import { checkDestination } from './notify/sms/destination.ts'
import { bindValues, unbindValues, validationValues } from './notify/templates/values.ts'
import { publicUrl } from './public-url.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import type { Storage } from './storage/storage.ts'
import {
  createValidation,
  type Requester,
  type Validation,
  type ValidationMessage,
} from './validation/validation.ts'

export interface FeatureOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly services: () => Services
  readonly keyRing: KeyRing
  readonly index: LookupIndex
  readonly limits: Limits
  readonly notifications: NotificationQueue
  readonly deliveries: DeliveryWatch
  readonly federationPause: Pick<FederationPause, 'until'>
  readonly lookup: Lookup
  readonly roomName: StoreInviteOptions['roomName']
  readonly observeLookup: (algorithm: string, asked: number) => void
  readonly recorder: Recorder
  readonly observers: Pick<Observers, 'askingHomeserver'>
  readonly wakeOutbox: () => void
}

/** The features of the identity API, tied to each other. */
export interface Features {
  readonly accounts: Accounts
  readonly validation: Validation
  readonly associations: Associations
  readonly evidence: Evidence
  readonly storeInvite: StoreInviteOptions
  readonly signedLookup: SignedLookup
}

/** How long a person waits at the screen for the mail server's word. */
const DELIVERY_WAIT_MS = 5_000
const HOUR_MS = 3_600_000

export function createFeatures(options: FeatureOptions): Features {
  const { storage, runtime, config, keyRing, limits, recorder, observers } = options
  return {
    accounts: createAccounts({
      storage,
      runtime,
      config,
      userInfo: (serverName, token) =>
        observers.askingHomeserver(serverName, () => options.services().openId.userInfo(serverName, token)),
      registered: (userId) => {
        const server = parseUserId(userId)?.serverName ?? null
        recorder.record({
          kind: 'sign-in',
          action: 'register',
          outcome: 'ok',
          mxid: userId,
          requester: { user: userId, server },
        })
      },
      limiter: limits.otherPerIp,
    }),
    validation: createValidation({
      storage,
      runtime,
      config,
      keyRing,
      limit: (address, requester) => limitValidation(limits, address, requester),
      limitCodes: (address) => limits.submitTokenPerAddress.take(address),
      queue: (tx, message) => queueValidation(options, tx, message),
      completed: (address) =>
        recorder.record({ kind: 'validation', action: 'validated', outcome: 'ok', address }),
      checkDestination: (number) =>
        checkDestination(storage.db, config().notifications.sms, number, runtime.clock.now()),
    }),
    associations: recordAssociations(
      createAssociations(storage, runtime, associationHooks(options)),
      recorder,
    ),
    evidence: createEvidence(storage, runtime),
    storeInvite: {
      storage,
      runtime,
      config,
      keyRing,
      publicUrl: () => publicUrl(config()),
      lookup: options.lookup,
      roomName: options.roomName,
      limit: (request) => {
        limits.storeInvitePerSender.take(request.sender)
        limits.storeInvitePerHomeserver.take(request.senderServer)
        if (request.medium === 'email') limits.storeInvitePerDomain.take(domainOf(request.address))
        limits.storeInvitePerAddress.take(request.address)
      },
      checkDestination: (request) => checkInvitedPhone(storage.db, config(), request, runtime.clock.now()),
      queue: (tx, invitation) => {
        const { notifications } = options
        const base = publicUrl(config())
        return queueInvitationMail(tx, { config: config(), notifications, publicUrl: base }, invitation)
      },
      wake: options.wakeOutbox,
    },
    signedLookup: createPeerLookup(options),
  }
}

/** What other Signposts may ask. */
function createPeerLookup({
  runtime,
  config,
  keyRing,
  index,
  limits,
  services,
  observeLookup,
  recorder,
  federationPause,
}: FeatureOptions): SignedLookup {
  return createSignedLookup({
    config,
    runtime,
    keyRing,
    currentPepper: async () => (await index.current()).pepper,
    async find(pepper, hashes) {
      const generation = await index.forPeers(pepper)
      if (generation !== null) observeLookup('signed', hashes.length)
      return generation && findHashes(generation, hashes)
    },
    signed: createSignedRequests({
      keyOf: (...asked) => services().peerKeys.ofDomain(...asked),
      limiter: limits.federationKeysPerIp,
      timeoutMs: () => config().federation.outbound.timeout,
    }),
    answered: (server, counts, durationMs) =>
      recorder.record({
        kind: 'federation-in',
        action: 'request',
        outcome: counts.found > 0 ? 'ok' : 'nothing',
        requester: { server },
        durationMs,
        details: { algorithm: 'signed', ...counts },
      }),
    pause: federationPause,
    replays: createReplayGuard(runtime.clock),
    limiter: limits.federationPerOrigin,
  })
}

function limitValidation(limits: Limits, address: ThreePid, requester: Requester): void {
  limits.requestTokenPerIp.take(requester.ip)
  if (requester.userId !== null) limits.requestTokenPerAccount.take(requester.userId)
  limits.requestTokenPerAddress.take(address.address)
}

async function queueValidation(
  options: FeatureOptions,
  tx: Parameters<NotificationQueue['notify']>[0],
  message: ValidationMessage,
): ReturnType<Parameters<typeof createValidation>[0]['queue']> {
  const { medium, address, sid, clientSecret, code, requester } = message
  const query = new URLSearchParams({ token: code, client_secret: clientSecret, sid })
  const base = `${publicUrl(options.config())}/_matrix/identity/v2/validate/${medium}/submitToken`
  const cause = `validation ${sid} ${options.runtime.random.bytes(6).toString('hex')}`
  const outcome = options.deliveries.expect(cause)
  await options.notifications.notify(tx, {
    to: { medium, address },
    kind: 'validation',
    language: requester.language ?? null,
    cause,
    values: validationValues({
      medium,
      address,
      link: medium === 'email' ? `${base}?${query}` : '',
      token: code,
      ip: requester.ip,
      hours: options.config().validation.sessionLifetime / HOUR_MS,
    }),
  })
  return () => {
    options.recorder.record({
      kind: 'validation',
      action: 'started',
      outcome: 'ok',
      address: { medium, address },
      requester: requester.userId === null ? { ip: requester.ip } : { user: requester.userId },
    })
    options.wakeOutbox()
    return outcome(DELIVERY_WAIT_MS)
  }
}

function associationHooks(options: FeatureOptions): Parameters<typeof createAssociations>[2] {
  const { runtime, config, notifications } = options
  const now = () => runtime.clock.now()
  return {
    async bound(tx, { medium, address, mxid }, replaced) {
      await resolveInvitations(tx, runtime, [{ medium, address, mxid, source: 'association' }], boundStates)
      // Whoever loses an address to another account has to hear of it, whatever the setting.
      if (medium !== 'email' || !(config().associations.bindNotification || replaced !== null)) return
      const values = bindValues({ medium, address, userId: mxid })
      const cause = `bound ${address} ${mxid} ${now()}`
      await notifications.mail(tx, {
        to: { medium, address },
        kind: 'bind-notice',
        language: null,
        values,
        cause,
      })
    },
    async unbound(tx, to, mxid) {
      await unresolveInvitations(tx, runtime, to, mxid)
      if (to.medium !== 'email' || !config().associations.unbindNotification) return
      const values = unbindValues({ ...to, userId: mxid })
      await notifications.mail(tx, {
        to,
        kind: 'unbind-notice',
        language: null,
        values,
        cause: `unbound ${to.address} ${mxid} ${now()}`,
      })
    },
    async committed() {
      options.wakeOutbox()
      await options.index.catchUp()
    },
  }
}
