import { z } from 'zod'
import { baseUrl, duration, key, listen } from '../types.ts'
import { tlsSection } from './tls.ts'

/** The public listener: what Matrix clients and homeservers talk to. */
export const serverSection = z.strictObject({
  publicUrl: key(baseUrl().nullable().default(null), {
    description:
      'Base URL under which clients and homeservers reach Signpost. Empty: https:// and the Matrix domain.',
    example: 'https://matrix.example.org',
  }),
  names: key(z.array(z.string()).default([]), {
    description:
      'Further names (host, host:port or host/path) under which clients may have named this identity server; signed unbind requests are checked against all of them.',
  }),
  listen: listen('127.0.0.1', 8090).prefault({}),
  trustedProxies: key(z.array(z.string()).default(['127.0.0.1', '::1']), {
    description: 'Addresses or networks of reverse proxies whose X-Forwarded-For header is believed.',
    restart: true,
  }),
  tls: tlsSection.prefault({}),
  maxBodyBytes: key(z.int().min(1024).default(1_048_576), {
    description: 'Largest request body that is read; larger ones are answered 413.',
    unit: 'bytes',
    restart: true,
  }),
})

/** The admin listener: console, admin API, metrics and health. Never reachable through the public listener. */
export const adminSection = z.strictObject({
  listen: listen('127.0.0.1', 8091).prefault({}),
  tls: key(z.enum(['off', 'public']).default('off'), {
    description:
      'public: HTTPS with the certificate of the public listener (see server.tls); needed to listen where other machines reach it. off: plain HTTP, for this machine alone.',
    restart: true,
  }),
  hosts: key(z.array(z.string().min(1)).default([]), {
    description:
      'Further names (without a port) under which browsers may open the console. Requests under any other name are refused.',
    example: ['console.example.org'],
  }),
  trustedProxies: key(z.array(z.string()).default([]), {
    description:
      'Addresses or networks of reverse proxies in front of the console, whose X-Forwarded-For and X-Forwarded-Proto headers are believed.',
    example: ['127.0.0.1'],
  }),
  session: z
    .strictObject({
      idle: key(duration('12h'), {
        description: 'An administrator who does nothing for this long is signed out.',
      }),
      lifetime: key(duration('7d'), {
        description: 'Longest time until an administrator has to sign in again.',
      }),
    })
    .prefault({}),
})

export const storageSection = z.discriminatedUnion('type', [
  z.strictObject({
    type: key(z.literal('sqlite'), { description: 'The embedded database.', restart: true }),
    path: key(z.string().default('signpost.db'), {
      description: 'Database file, relative to the data directory.',
      restart: true,
    }),
  }),
  z.strictObject({
    type: key(z.literal('postgres'), {
      description: 'A PostgreSQL server, for several Signposts.',
      restart: true,
    }),
    url: key(
      z.union([z.string(), z.strictObject({ file: z.string() }), z.strictObject({ env: z.string() })]),
      {
        description: 'Connection URL, or {file: PATH} or {env: NAME} that holds it.',
        restart: true,
        example: 'postgres://signpost:secret@127.0.0.1/signpost',
      },
    ),
  }),
])
