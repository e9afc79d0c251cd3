import { isLoopback } from './loopback.ts'
import type { Finding } from './problems.ts'
import type { Config } from './schema.ts'

/** What a Host header says without its port: a name, an IPv4 address, or an IPv6 address with or without brackets. */
const hostName = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\]|[\da-f]*:[\da-f:.]+)$/i
const withPort = /^[^:]+:\d+$/

/** The rules for the console: from other machines over HTTPS alone, and under names that the operator chose. */
export function* checkAdmin(config: Config): Iterable<Finding> {
  const { admin, server } = config
  if (admin.listen.port !== 0 && admin.listen.port === server.listen.port) {
    yield {
      keys: ['admin', 'listen', 'port'],
      message: `The admin listener and the public one (server.listen) share port ${admin.listen.port}.`,
      fix: 'Give each a port of its own; the defaults are 8091 and 8090.',
    }
  }
  if (admin.tls === 'public' && server.tls.mode === 'proxy') {
    yield {
      keys: ['admin', 'tls'],
      message:
        'The public listener has no certificate that the console could use (server.tls.mode is proxy).',
      fix: 'Set up server.tls, or write off and let a reverse proxy of your own speak HTTPS.',
    }
  }
  yield* checkReach(config)
  for (const [index, name] of admin.hosts.entries()) {
    if (hostName.test(name) && !withPort.test(name)) continue
    yield {
      keys: ['admin', 'hosts', index],
      message: `"${name}" is not the name of a host.`,
      fix: 'Write the name alone, without https:// and without a port: console.example.org',
    }
  }
}

function* checkReach({ admin }: Config): Iterable<Finding> {
  const { host } = admin.listen
  if (isLoopback(host)) return
  if (admin.tls === 'off') {
    yield {
      keys: ['admin', 'listen', 'host'],
      message: `The admin listener requires TLS to be reached from other machines (${host}).`,
      fix: 'Write 127.0.0.1 and reach it through an SSH tunnel: ssh -L 8091:127.0.0.1:8091 HOST - or set admin.tls.',
    }
  } else if (admin.hosts.length === 0) {
    yield {
      keys: ['admin', 'hosts'],
      message: 'The console is to be reached from other machines, and there is no name for it.',
      fix: 'Write the name that browsers use, one of the certificate: [matrix.example.org]',
    }
  }
}
