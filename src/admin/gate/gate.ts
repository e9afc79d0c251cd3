import type { Clock } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Caller, Gate } from '../api/serve.ts'
import type { AuditLog } from '../changes/audit.ts'
import type { Admins } from '../session/admins.ts'
import type { Sessions } from '../session/sessions.ts'
import type { ClientOf } from './client.ts'
import { checkOrigin } from './origin-check.ts'
import type { SessionCookie } from './session-cookie.ts'

export interface GateOptions {
  readonly clock: Clock
  readonly clientOf: ClientOf
  readonly cookie: SessionCookie
  readonly admins: Pick<Admins, 'isClaimed'>
  readonly sessions: Pick<Sessions, 'find'>
  readonly audit: Pick<AuditLog, 'record'>
}

/** Who may use the admin API; the name of the host is checked before (`host-check.ts`). */
export function createGate({ clock, clientOf, cookie, admins, sessions, audit }: GateOptions): Gate {
  return {
    async admit(request, reply, access) {
      const { secure } = clientOf(request)
      checkOrigin(request, secure)
      const token = cookie.read(request, secure)
      const session = token === null ? null : await sessions.find(token)
      if (session === null && token !== null) cookie.clear(reply, secure)
      if (access === 'open') return session === null ? null : asCaller(session)
      if (session === null) throw new AdminError((await admins.isClaimed()) ? 'signed-out' : 'not-claimed')
      if (access === 'confirmed' && (session.confirmedUntil ?? 0) <= clock.now()) {
        throw new AdminError('confirm-password')
      }
      return asCaller(session)
    },

    async noteChange(caller, operation, note) {
      await audit.record(note.by ?? caller, { operation, ...note })
    },
  }
}

const asCaller = ({ adminId, name, id }: { adminId: string; name: string; id: string }): Caller => ({
  adminId,
  name,
  sessionId: id,
})
