import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { Caller, Handlers, OpenContext } from '../api/serve.ts'
import type { ClientOf } from '../gate/client.ts'
import type { SessionCookie } from '../gate/session-cookie.ts'
import type { Admin, Admins } from './admins.ts'
import type { sessionContract } from './contract.ts'
import type { Links } from './links.ts'
import { checkPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { CONFIRMED_MS, type Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'

export interface SessionOptions {
  readonly storage: Storage
  readonly log: Logger
  readonly now: () => number
  readonly admins: Admins
  readonly sessions: Sessions
  readonly links: Links
  readonly passwords: Passwords
  readonly throttle: Throttle
  readonly clientOf: ClientOf
  readonly cookie: SessionCookie
  /** Longest life of a session, for the cookie; milliseconds. */
  readonly lifetime: () => number
  readonly isConfigured: () => boolean
  readonly version: string
}

export function createSessionHandlers(options: SessionOptions): Handlers<typeof sessionContract> {
  const { storage, log, now, admins, sessions, links, passwords, throttle, clientOf, cookie } = options

  const stateOf = (
    state: 'unclaimed' | 'signed-out' | 'signed-in',
    name: string | null = null,
    confirmedUntil: number | null = null,
  ) => ({ state, name, configured: options.isConfigured(), version: options.version, confirmedUntil })

  /** Starts a session in this browser, which gets a new token each time: nobody can foist one on it beforehand. */
  async function signIn(
    admin: Admin,
    { request, reply, note }: Pick<OpenContext, 'request' | 'reply' | 'note'>,
    confirmed: boolean,
  ) {
    const { address, secure } = clientOf(request)
    const former = cookie.read(request, secure)
    const replaced = former === null ? null : await sessions.find(former)
    if (replaced !== null) await sessions.end(replaced.adminId, replaced.id)
    const userAgent = request.headers['user-agent'] ?? ''
    const { token, id } = await sessions.start({
      adminId: admin.id,
      clientAddress: address,
      userAgent,
      confirmed,
    })
    await admins.noteSignIn(admin.id)
    cookie.write(reply, secure, token, options.lifetime())
    log.info({ admin: admin.id, client: address }, 'an administrator signed in')
    note({ by: { adminId: admin.id, name: admin.name, sessionId: id }, target: admin.name })
    return stateOf('signed-in', admin.name, confirmed ? now() + CONFIRMED_MS : null)
  }

  async function checkTyped(request: FastifyRequest, name: string, admin: Admin | null, password: string) {
    const { address } = clientOf(request)
    const attempt = throttle.attempt(address, name)
    if (await passwords.verify(password, admin?.passwordHash ?? null)) return attempt.succeed()
    // Without the name: some people type their password into that field.
    log.warn({ client: address }, 'somebody gave a wrong name or password for the console')
    throw new AdminError('wrong-password')
  }

  /** Hashing a password is dear, so that strangers must not be able to ask for it. */
  async function hasLink(kind: 'claim' | 'reset', token: string): Promise<void> {
    if (!(await links.isOpen(kind, token))) throw new AdminError('link-used')
  }

  async function own({ adminId }: Caller): Promise<Admin> {
    const admin = await admins.byId(adminId)
    if (admin === null) throw new AdminError('signed-out')
    return admin
  }

  function leave(request: FastifyRequest, reply: FastifyReply): void {
    cookie.clear(reply, clientOf(request).secure)
  }

  return {
    async 'GET /api/session'(_input, { caller }) {
      if (caller === null) return stateOf((await admins.isClaimed()) ? 'signed-out' : 'unclaimed')
      const all = await sessions.list(caller.adminId)
      const current = all.find(({ id }) => id === caller.sessionId)
      const until = current?.confirmedUntil ?? 0
      return stateOf('signed-in', caller.name, until > now() ? until : null)
    },

    async 'POST /api/session/claim'({ body: { token, name, password } }, context) {
      await hasLink('claim', token)
      checkPassword(password, name)
      const passwordHash = await passwords.hash(password)
      const admin = await storage.transaction(async (tx) => {
        if ((await links.use(tx, 'claim', token)) === null) throw new AdminError('link-used')
        const first = await admins.addFirst(tx, name, passwordHash)
        if (first === null) throw new AdminError('already-claimed')
        return first
      })
      log.warn({ admin: admin.id, client: clientOf(context.request).address }, 'this Signpost was claimed')
      return await signIn(admin, context, true)
    },

    async 'POST /api/session/link'({ body: { token } }, context) {
      const used = await storage.transaction((tx) => links.use(tx, 'sign-in', token))
      const admin = await admins.byId(used?.adminId ?? '')
      if (admin === null) throw new AdminError('link-used')
      return await signIn(admin, context, false)
    },

    async 'POST /api/session/reset'({ body: { token, password } }, context) {
      await hasLink('reset', token)
      const passwordHash = await passwords.hash(password)
      const admin = await storage.transaction(async (tx) => {
        const used = await links.use(tx, 'reset', token)
        const holder = await admins.byIdIn(tx, used?.adminId ?? '')
        if (holder === null) throw new AdminError('link-used')
        // Thrown within the transaction: the link can be used again with a better password.
        checkPassword(password, holder.name)
        await admins.setPassword(tx, holder.id, passwordHash)
        return holder
      })
      return await signIn(admin, context, true)
    },

    async 'POST /api/session'({ body: { name, password } }, context) {
      if (!(await admins.isClaimed())) throw new AdminError('not-claimed')
      const admin = await admins.byName(name)
      await checkTyped(context.request, name, admin, password)
      if (admin === null) throw new AdminError('wrong-password')
      return await signIn(admin, context, true)
    },

    async 'DELETE /api/session'(_input, { caller, request, reply }) {
      await sessions.end(caller.adminId, caller.sessionId)
      leave(request, reply)
      return {}
    },

    async 'POST /api/session/confirm'({ body: { password } }, { caller, request }) {
      const admin = await own(caller)
      await checkTyped(request, admin.name, admin, password)
      return stateOf('signed-in', caller.name, await sessions.confirm(caller.sessionId))
    },

    async 'POST /api/session/password'({ body: { password } }, context) {
      const admin = await own(context.caller)
      checkPassword(password, admin.name)
      const passwordHash = await passwords.hash(password)
      await storage.transaction((tx) => admins.setPassword(tx, admin.id, passwordHash))
      return await signIn(admin, context, true)
    },

    async 'GET /api/sessions'(_input, { caller }) {
      const all = await sessions.list(caller.adminId)
      return {
        sessions: all.map(({ id, createdAt, seenAt, clientAddress, userAgent }) => ({
          id,
          current: id === caller.sessionId,
          createdAt,
          seenAt,
          clientAddress,
          userAgent,
        })),
      }
    },

    async 'DELETE /api/sessions/{id}'({ params: { id } }, { caller, request, reply, note }) {
      if (!(await sessions.end(caller.adminId, id))) throw new AdminError('not-found')
      if (id === caller.sessionId) leave(request, reply)
      note({ target: id })
      return {}
    },

    async 'POST /api/sessions/end-others'(_input, { caller }) {
      await sessions.endOthers(caller.adminId, caller.sessionId)
      return {}
    },
  }
}
