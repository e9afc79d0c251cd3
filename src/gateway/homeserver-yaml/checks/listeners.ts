import { parseIp } from '../../../net/ip-address.ts'
import type { Edit, Seen } from '../finding.ts'
import type { SynapseListener } from '../settings.ts'
import type { ReaderWorld } from '../world.ts'

/** Whether we reach what we need of the homeserver: who somebody is (`openid`), and where invitations go (`federation`). */
export function* checkListeners(world: ReaderWorld): Iterable<Seen> {
  const { settings } = world
  const { listeners } = settings
  if (listeners === undefined) return
  const resources = new Set(listeners.flatMap(resourcesOf))
  const edits = additions(listeners)
  if (!resources.has('federation') && !resources.has('openid')) {
    yield {
      code: 'openid-not-served',
      severity: 'problem',
      keys: ['listeners'],
      detail: 'No listener serves "federation" or "openid".',
      why: 'Signpost cannot check who asks: nobody can sign in to it, and invitations never reach their rooms.',
      fix: `Add federation to the names of a listener that Signpost reaches. ${example}`,
      edits,
    }
  } else if (!resources.has('federation')) {
    yield {
      code: 'onbind-not-served',
      severity: 'problem',
      keys: ['listeners'],
      detail: 'A listener serves "openid", but none serves "federation".',
      why: 'Accounts can be checked, and everything seems to work; but invitations are delivered over the federation API (3pid/onbind) and never reach their rooms.',
      fix: `Add federation to the names of a listener that Signpost reaches; the outside need not see it. ${example}`,
      edits,
    }
  }
  yield* checkHomeserverUrl(world, listeners)
}

const example = 'For a listener on 127.0.0.1: "resources: [{ names: [client, federation] }]".'

const resourcesOf = ({ type, resources }: SynapseListener) =>
  type === 'http' ? (resources ?? []).flatMap(({ names }) => names ?? []) : []

/** The resource goes where clients are served already: that one is reached, in whatever way. */
function additions(listeners: readonly SynapseListener[]): readonly Edit[] {
  const index = listeners.findIndex((listener) => resourcesOf(listener).includes('client'))
  const resource = (listeners[index]?.resources ?? []).findIndex(
    ({ names }) => names?.includes('client') === true,
  )
  if (index < 0 || resource < 0) return []
  return [{ kind: 'add', path: ['listeners', index, 'resources', resource, 'names'], items: ['federation'] }]
}

/** Only for an address of this machine is it certain that no proxy stands between. */
function* checkHomeserverUrl({ config }: ReaderWorld, listeners: readonly SynapseListener[]): Iterable<Seen> {
  const { homeserverUrl } = config.matrix
  if (homeserverUrl === null) return
  const url = new URL(homeserverUrl)
  if (url.hostname !== 'localhost' && parseIp(url.hostname.replace(/^\[|\]$/g, ''))?.range() !== 'loopback')
    return
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const index = listeners.findIndex((listener) => listener.port === port && listener.type === 'http')
  const listener = listeners[index]
  if (listener === undefined) {
    yield {
      code: 'homeserver-url-elsewhere',
      severity: 'warning',
      keys: ['listeners'],
      detail: `matrix.homeserverUrl of Signpost is ${url.origin}, and no HTTP listener of Synapse has port ${port}.`,
      why: 'Unless a proxy of yours listens there, Signpost does not reach the homeserver.',
      fix: `Write the port of a listener with "client" and "federation" into matrix.homeserverUrl: ${portsOf(listeners)}`,
    }
    return
  }
  if ((listener.tls === true) !== (url.protocol === 'https:')) {
    yield {
      code: 'homeserver-url-scheme',
      severity: 'problem',
      keys: ['listeners', index, 'tls'],
      detail: `The listener on port ${port} speaks ${listener.tls === true ? 'TLS' : 'plain HTTP'}, and matrix.homeserverUrl says ${url.protocol}//.`,
      why: 'Signpost does not reach the homeserver.',
      fix: `In signpost.yaml write "homeserverUrl: ${listener.tls === true ? 'https' : 'http'}://${url.host}".`,
    }
  }
  const resources = resourcesOf(listener)
  if (!resources.includes('federation') && listeners.flatMap(resourcesOf).includes('federation')) {
    yield {
      code: 'homeserver-url-without-federation',
      severity: 'problem',
      keys: ['listeners', index, 'resources'],
      detail: `The listener on port ${port}, which matrix.homeserverUrl names, does not serve "federation"; another one does.`,
      why: 'Invitations that Signpost delivers there are refused.',
      fix: `Name the other listener in matrix.homeserverUrl, or add federation to this one. ${example}`,
      edits: [{ kind: 'add', path: namesPath(index, listener), items: ['federation'] }],
    }
  }
}

function namesPath(index: number, { resources }: SynapseListener) {
  const at = (resources ?? []).findIndex(({ names }) => names !== undefined)
  return ['listeners', index, 'resources', Math.max(at, 0), 'names'] as const
}

function portsOf(listeners: readonly SynapseListener[]): string {
  const found = listeners.filter(
    (each) => resourcesOf(each).includes('federation') && each.port !== undefined,
  )
  return found.map(({ port }) => port).join(', ') || 'there is none yet.'
}
