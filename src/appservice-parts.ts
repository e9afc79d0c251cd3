import type { FastifyInstance } from 'fastify'
import type { Recorder } from './activity/log/entry.ts'
import { tellAdminRoom } from './appservice/admin-room.ts'
import { createBot } from './appservice/bot/bot.ts'
import type { BotFinding } from './appservice/bot/doctor-command.ts'
import { createAppserviceHandler } from './appservice/handler.ts'
import { createAppserviceHomeserver } from './appservice/homeserver.ts'
import { createInvitedMail } from './appservice/invited-mail.ts'
import { addAppserviceRoutes } from './appservice/routes.ts'
import { leaveEmptyRooms, seekContact } from './appservice/tidy-up.ts'
import { purgeAppservice } from './appservice/transactions.ts'
import type { Associations } from './associations/associations.ts'
import type { Config } from './config/schema.ts'
import type { SecretReader } from './config/secrets.ts'
import type { Directories } from './directories.ts'
import { openDoctorWorld, type WorldOptions } from './doctor/open-world.ts'
import { runDoctor } from './doctor/run-doctor.ts'
import type { Limits } from './http/limits.ts'
import { createHomeserverApi } from './intercepts/homeserver.ts'
import { followIdList } from './intercepts/id-list.ts'
import { createPeople } from './intercepts/people.ts'
import { openResend } from './invitations/open-resend.ts'
import type { Lookup } from './lookup/find.ts'
import type { OutboxHandler } from './notify/outbox-handler.ts'
import type { NotificationQueue } from './notify/queue.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import { createHomeserverAccounts } from './sign-up/homeserver-accounts.ts'
import { withSignUpLinks } from './sign-up/mail-link.ts'
import { addSignUpRoutes } from './sign-up/routes.ts'
import { createSignUp } from './sign-up/sign-up.ts'
import type { Storage } from './storage/storage.ts'

export interface AppservicePartOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly services: () => Services
  readonly secrets: SecretReader
  readonly directories: Directories
  readonly lookup: Lookup
  readonly notifications: NotificationQueue
  readonly limits: Limits
  /** Of the installation, for the doctor. */
  readonly place: Omit<WorldOptions, 'runtime' | 'secrets'>
  readonly wakeOutbox: () => void
}

/** The application service, and signing up by invitation. All of it is off until it is configured. */
export interface AppserviceParts {
  /** Of the outbox, for the kind `appservice`. */
  readonly handler: OutboxHandler
  /** The handler of mails, with links to sign up in those of invitations. */
  readonly withSignUpLinks: (mails: OutboxHandler) => OutboxHandler
  readonly addRoutes: (app: FastifyInstance, features: FeaturesForSignUp) => void
  /** From time to time, by one process at a time. */
  readonly attend: () => Promise<void>
  /** The same, but rarely. */
  readonly purge: () => Promise<void>
}

export interface FeaturesForSignUp {
  readonly associations: Associations
  readonly recorder: Recorder
}

export function createAppserviceParts(options: AppservicePartOptions): AppserviceParts {
  const { storage, runtime, config, services, secrets, directories, limits, wakeOutbox: wake } = options
  const api = createHomeserverApi({ config, http: () => services().http })
  const homeserver = createAppserviceHomeserver({ config, secrets, homeserver: api })
  const people = createPeople(directories.backends, runtime.clock)
  const shared = { storage, runtime, config, homeserver, people, notifications: options.notifications, wake }
  const bot = createBot({
    ...shared,
    lookup: options.lookup,
    backends: directories.backends,
    users: followIdList(() => config().appservice.bot.users),
    limiter: limits.commandsPerUser,
    resend: openResend(shared),
    examine: () => examine({ ...options.place, runtime, secrets }),
  })
  const accounts = createHomeserverAccounts({ config, secrets, homeserver: api, clock: runtime.clock })
  const inviters = followIdList(() => config().signUp.users)

  return {
    handler: createAppserviceHandler({ ...shared, bot, mailInvited: createInvitedMail(shared) }),
    withSignUpLinks: (mails) => withSignUpLinks(mails, { ...shared, users: inviters }),
    addRoutes(app, features) {
      addAppserviceRoutes(app, { ...shared, secrets })
      addSignUpRoutes(app, {
        config,
        messages: () => services().messages,
        signUp: createSignUp({ ...shared, ...features, accounts }),
        limiter: limits.signUpPerIp,
      })
    },
    async attend() {
      await seekContact(shared)
      if (await tellAdminRoom(shared)) wake()
    },
    async purge() {
      await purgeAppservice(storage, runtime.clock.now())
      await leaveEmptyRooms(shared)
    },
  }
}

async function examine(place: WorldOptions): Promise<readonly BotFinding[]> {
  const world = openDoctorWorld(place)
  try {
    const findings: BotFinding[] = []
    for await (const finding of runDoctor(world)) findings.push(finding)
    return findings
  } finally {
    await world.close()
  }
}
