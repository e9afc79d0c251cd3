import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Logger } from '../../runtime.ts'
import { AdminError, type FieldProblem } from './errors.ts'
import type { Access, Contract, HandlerAnswer, Method, Received, RouteDescription } from './route.ts'
import { sentFileOf, type SentFile } from './sent-file.ts'

/** Who calls: a signed-in administrator. */
export interface Caller {
  readonly adminId: string
  readonly name: string
  readonly sessionId: string
}

/** What a change looked like, for the audit log. Never holds a secret. */
export interface ChangeNote {
  /** What was changed: an id, a key, a name. */
  readonly target?: string
  readonly before?: unknown
  readonly after?: unknown
  /** Who made it, where an open route has just signed somebody in. */
  readonly by?: Caller
}

export interface RouteContext {
  readonly caller: Caller
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Tells the audit log more about a change than that it was made; counts when the handler succeeds. */
  readonly note: (note: ChangeNote) => void
}

/** Open routes have no caller. */
export type OpenContext = Omit<RouteContext, 'caller'> & { readonly caller: Caller | null }

type ContextOf<R> = (R extends { readonly access: 'open' } ? OpenContext : RouteContext) &
  (R extends { readonly takesFile: true } ? { readonly file: SentFile } : unknown)

export type Handler<R> = (input: Received<R>, context: ContextOf<R>) => Promise<HandlerAnswer<R>>

/** One handler for every route of a part of the contract; a missing one does not compile. */
export type Handlers<C extends Contract> = { readonly [K in keyof C]: Handler<C[K]> }

/** Decides who may call, and remembers what they changed. */
export interface Gate {
  /** The caller; null only for open routes. Throws `AdminError`. */
  admit(request: FastifyRequest, reply: FastifyReply, access: Access): Promise<Caller | null>
  /** After a handler with `changes` succeeded. */
  noteChange(caller: Caller | null, operation: string, note: ChangeNote): Promise<void>
}

export interface ServeOptions {
  readonly gate: Gate
  readonly log: Logger
}

type AnyHandler = (
  input: unknown,
  context: OpenContext & { readonly file: SentFile | null },
) => Promise<unknown>

/** Adds the routes of one part of the contract. */
export function serveContract<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  handlers: Handlers<C>,
  options: ServeOptions,
): void {
  for (const [name, route] of Object.entries<RouteDescription>(contract)) {
    const [method, path] = name.split(' ') as [Method, string]
    const handler = handlers[name as keyof C] as unknown as AnyHandler
    const callers = new WeakMap<FastifyRequest, Caller>()
    const add = (target: FastifyInstance) =>
      target.route({
        method,
        ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        // Before the body: nothing of a stranger's is read.
        onRequest: async (request, reply) => {
          const caller = await options.gate.admit(request, reply, route.access)
          if (caller !== null) callers.set(request, caller)
        },
        handler: (request, reply) =>
          answer(request, reply, { route, handler, caller: callers.get(request) ?? null }, options),
      })
    if (route.takesFile === true) addForFiles(app, add)
    else add(app)
  }
}

/** What takes files takes nothing else; and no other route takes them. */
function addForFiles(app: FastifyInstance, add: (target: FastifyInstance) => void): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    add(scope)
  })
}

interface Admitted {
  readonly route: RouteDescription
  readonly handler: AnyHandler
  readonly caller: Caller | null
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { route, handler, caller }: Admitted,
  { gate }: ServeOptions,
): Promise<FastifyReply> {
  const input = readInput(route, request)
  const file = route.takesFile === true ? sentFileOf(request) : null
  let note: ChangeNote = {}
  const context = { caller, request, reply, file, note: (next: ChangeNote) => void (note = next) }
  const result = await handler(input, context)
  if (route.changes !== undefined) await gate.noteChange(caller, route.changes, note)
  // Streams and files have answered by themselves.
  if (reply.sent || reply.raw.headersSent) return reply
  return await reply.header('cache-control', 'no-store').send(route.answer.parse(result))
}

function readInput(route: RouteDescription, { params, query, body }: FastifyRequest): unknown {
  const problems: FieldProblem[] = []
  const read = (schema: z.ZodType | undefined, value: unknown) => {
    if (schema === undefined) return undefined
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) problems.push({ path: path.join('.'), message })
    return undefined
  }
  const input = {
    params: read(route.params, params),
    query: read(route.query, query),
    body: read(route.body, body ?? undefined),
  }
  if (problems.length > 0) throw new AdminError('invalid', { problems })
  return input
}
