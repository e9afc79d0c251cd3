import type { z } from 'zod'

/**
 * Who may call a route.
 * `open`: anybody who reaches the admin listener under an allowed name.
 * `session`: a signed-in administrator.
 * `confirmed`: one who typed the password within the last minutes; for what cannot be taken back.
 */
export type Access = 'open' | 'session' | 'confirmed'

/** One route of the admin API: everything that the server, the client, the documentation and the tests know of it. */
export interface RouteDescription {
  /** What it does, as a sentence for the reference. */
  readonly summary: string
  readonly access: Access
  /** Parts of the path: `{id}`. */
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Largest body in bytes, where a file is sent. Default: 1 MiB. */
  readonly maxBodyBytes?: number
  /** The body is the bytes of a file (`application/octet-stream`) of any size; the handler reads them as they come. */
  readonly takesFile?: true
  /** What comes back with status 200. Parsed before it is sent: what the schema does not name never leaves. */
  readonly answer: z.ZodType
  /** Names the operation in the audit log; routes that change nothing have none. */
  readonly changes?: string
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `GET /api/backends/{id}`: the name of a route, the same in the server, the client and the reference. */
export type RouteName = `${Method} /api/${string}`

export type Contract = Readonly<Record<RouteName, RouteDescription>>

/** Keeps the exact types of a part of the contract and checks its form. */
export function describeRoutes<const C extends Contract>(routes: C): C {
  return routes
}

type Input<S> = S extends z.ZodType ? z.input<S> : undefined
type Output<S> = S extends z.ZodType ? z.output<S> : undefined
type Field<R, K extends string> = K extends keyof R ? R[K] : undefined

/** What a client sends, for a route of a contract. */
export interface Sent<R> {
  readonly params: Input<Field<R, 'params'>>
  readonly query: Input<Field<R, 'query'>>
  readonly body: Input<Field<R, 'body'>>
}

/** The same as a handler gets it: read, with defaults filled in. */
export interface Received<R> {
  readonly params: Output<Field<R, 'params'>>
  readonly query: Output<Field<R, 'query'>>
  readonly body: Output<Field<R, 'body'>>
}

/** What a client gets. */
export type Answer<R> = Output<Field<R, 'answer'>>

/** What a handler returns; read-only lists and objects will do. */
export type HandlerAnswer<R> = Frozen<Input<Field<R, 'answer'>>>

type Frozen<T> = T extends readonly (infer I)[]
  ? readonly Frozen<I>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T

export type { Field }
