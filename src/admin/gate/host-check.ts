import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config/schema.ts'
import { AdminError } from '../api/errors.ts'

/** Names of this machine that no DNS server can give away. */
const ownNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses every request under a name that is not ours: a page whose name an attacker points at 127.0.0.1 (DNS rebinding)
 * could otherwise read and change everything with the rights of the administrator whose browser shows it.
 */
export function addHostCheck(app: FastifyInstance, config: () => Config): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isOurs(request.headers.host ?? '', config())) return done()
    const error = new AdminError('foreign-host')
    void reply.code(error.status).send({ error: error.toBody() })
  })
}

function isOurs(host: string, { admin }: Config): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '')
  return (
    ownNames.test(name) ||
    name === bracketed(admin.listen.host.toLowerCase()) ||
    admin.hosts.some((allowed) => bracketed(allowed.toLowerCase()) === name)
  )
}

const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
