import { Server as HttpsServer } from 'node:https'
import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { ConfigPart } from '../../config/apply.ts'
import type { Config } from '../../config/schema.ts'
import { createChallenges } from './acme/challenges.ts'
import { CHALLENGE_PATH } from './acme/http-responder.ts'
import { divertChallenges } from './alpn/divert-challenges.ts'
import { checkMode, openMode, type ModeOptions } from './open-mode.ts'
import { tlsStatus, type TlsStatus } from './status.ts'
import type { Material } from './tls-files.ts'

export type PublicTlsOptions = Omit<ModeOptions, 'challenges' | 'changed'>

/** TLS of the public listener: follows the configuration, and new certificates, while it runs. */
export interface PublicTls extends ConfigPart {
  /** What the listener begins with; null for plain HTTP. */
  readonly initial: Material | null
  /** Answers http-01 on the public listener as well: a proxy may pass it on, and authorities follow redirects. */
  addRoutes(app: FastifyInstance): void
  /** New connections to this server, when it speaks TLS, get the certificate in force from now on; open ones are left alone. */
  attach(server: unknown): void
  /** The same for another listener, which answers no authority. */
  share(server: unknown): void
  /** Begins to watch and to renew. The listener is open. */
  start(): void
  status(): Promise<TlsStatus>
  /** Asks the authority again at once. False where none is asked. */
  retry(): boolean
  close(): Promise<void>
}

/** Throws OperatorError when there is no certificate to begin with, and none can be made. */
export async function createPublicTls(options: PublicTlsOptions): Promise<PublicTls> {
  const { runtime, dataDir, authorities } = options
  const challenges = createChallenges(runtime.random)
  const usesAcme = options.config.server.tls.mode === 'acme'
  let config = options.config
  const servers = new Set<HttpsServer>()
  let mode = await open(config)

  /** Counts only as long as its mode is the one in use. */
  async function open(next: Config) {
    const opened = await openMode({
      ...options,
      config: next,
      challenges,
      changed: (material) => {
        if (opened === mode) serve(material)
      },
    })
    return opened
  }

  const serve = (material: Material) => servers.forEach((server) => server.setSecureContext(material))

  function share(attached: unknown): void {
    if (!(attached instanceof HttpsServer)) return
    servers.add(attached)
    if (mode !== null) attached.setSecureContext(mode.current())
  }

  return {
    name: 'TLS certificate',
    initial: mode?.current() ?? null,

    addRoutes(app) {
      if (!usesAcme) return
      app.get<{ Params: { token: string } }>(`${CHALLENGE_PATH}:token`, async (request, reply) => {
        const answer = challenges.httpAnswer(request.params.token)
        return await reply
          .code(answer === undefined ? 404 : 200)
          .type('text/plain')
          .send(answer ?? 'no such challenge\n')
      })
    },

    attach(attached) {
      if (attached instanceof HttpsServer && usesAcme) divertChallenges(attached, challenges)
      share(attached)
    },

    share,

    start: () => mode?.start(),

    status: () => tlsStatus({ config, dataDir, authorities, runtime, served: mode?.current() ?? null }),

    retry() {
      mode?.retry?.()
      return mode?.retry !== undefined
    },

    check: async (next) => (isUnchanged(config, next) ? [] : await checkMode({ ...options, config: next })),

    async apply(next) {
      if (isUnchanged(config, next)) {
        config = next
        return
      }
      const opened = await open(next)
      const former = mode
      mode = opened
      config = next
      if (opened !== null) serve(opened.current())
      // The former one may hold the port that answers an authority.
      await former?.close()
      opened?.start()
    },

    close: async () => await mode?.close(),
  }
}

/** Nothing that a mode is made from differs. */
function isUnchanged(former: Config, next: Config): boolean {
  const parts = ({ server, network, matrix }: Config) => [
    server.tls,
    server.publicUrl,
    server.listen,
    network.timeout,
    matrix.domain,
  ]
  return isDeepStrictEqual(parts(former), parts(next))
}
