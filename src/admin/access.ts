import type { Config } from '../config/schema.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Gate } from './api/serve.ts'
import { createAuditLog, type AuditLog } from './changes/audit.ts'
import { createClientOf } from './gate/client.ts'
import { createGate } from './gate/gate.ts'
import { createSessionCookie } from './gate/session-cookie.ts'
import { createAdmins } from './session/admins.ts'
import { createEntrance, type Entrance } from './session/entrance.ts'
import { createLinks } from './session/links.ts'
import { createPasswords } from './session/passwords.ts'
import type { SessionOptions } from './session/handlers.ts'
import { createSessions } from './session/sessions.ts'
import { createThrottle } from './session/throttle.ts'

export interface AccessOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly dataDir: string
  readonly version: string
  /** Base URL of the admin listener. */
  readonly adminAddress: () => string
}

/** Who may use the console, and who did what there. */
export interface Access {
  readonly gate: Gate
  readonly session: SessionOptions
  readonly audit: AuditLog
  readonly entrance: Entrance
  close(): Promise<void>
}

export function createAccess(options: AccessOptions): Access {
  const { storage, runtime, config, dataDir, version } = options
  const { clock, random, log } = runtime
  const clientOf = createClientOf(config)
  const cookie = createSessionCookie(dataDir)
  const admins = createAdmins(storage, runtime)
  const sessions = createSessions(storage, runtime, config)
  const links = createLinks(storage, runtime)
  const passwords = createPasswords(random)
  const audit = createAuditLog({ storage, clock })
  const session: SessionOptions = {
    storage,
    log,
    now: () => clock.now(),
    admins,
    sessions,
    links,
    passwords,
    throttle: createThrottle(clock),
    clientOf,
    cookie,
    lifetime: () => config().admin.session.lifetime,
    isConfigured: () => config().matrix.domain !== 'localhost',
    version,
  }
  return {
    gate: createGate({ clock, clientOf, cookie, admins, sessions, audit }),
    session,
    audit,
    entrance: createEntrance({ admins, links, adminAddress: options.adminAddress }),
    close: () => passwords.close(),
  }
}
