import { loadConfig } from '../config/load.ts'
import { proxyKinds, proxyRenderers } from '../gateway/snippets/proxies/render.ts'
import { siteOf, type ProxySite } from '../gateway/snippets/site.ts'
import { wellKnownClient, wellKnownServer } from '../gateway/snippets/well-known.ts'
import type { CommandOutput } from './config-commands.ts'
import { chooseKind, orUsage, printSnippet, readFeatures, readUpstream } from './snippet-options.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost proxy nginx|apache|caddy|haproxy|traefik|npm [OPTIONS]',
  '',
  '  Prints the site of a reverse proxy, with Signpost and the homeserver behind it.',
  '',
  '  --server-name HOST   public name of the site (default: that of server.publicUrl)',
  '  --homeserver URL     the homeserver as the proxy reaches it (default: matrix.homeserverUrl, or',
  '                       http://127.0.0.1:8008); "none" when it has a site of its own',
  '  --upstream URL       Signpost as the proxy reaches it (default: server.listen)',
  '  --max-upload MIB     largest upload that the homeserver takes (default: 50)',
  '  --well-known WHO     who answers /.well-known/matrix/: homeserver, proxy or nobody',
  '                       (default: the homeserver, when the site is that of the Matrix domain)',
  '  --feature NAME       also what belongs to this feature, as if it were on',
]

const optionTypes = {
  'server-name': { type: 'string' },
  homeserver: { type: 'string' },
  upstream: { type: 'string' },
  'max-upload': { type: 'string' },
  'well-known': { type: 'string' },
  feature: { type: 'string', multiple: true },
} as const

/** `signpost proxy ...`; `args` are the words after `proxy`. Throws `OperatorError`. */
export async function runProxyCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { values, positionals } = parseWords(args, optionTypes)
    const kind = chooseKind(proxyKinds, positionals, 'proxy')
    const host = readHost(values['server-name'])
    const homeserver = values.homeserver === 'none' ? null : readUpstream('homeserver', values.homeserver)
    const signpost = readUpstream('upstream', values.upstream)
    const maxUploadBytes = readMebibytes(values['max-upload'])
    const features = readFeatures(values.feature)
    const wellKnown = readWellKnown(values['well-known'])

    const { config } = await loadConfig(io.dataDir)
    const site = siteOf(config, {
      features,
      ...(host === undefined ? {} : { host }),
      ...(homeserver === undefined ? {} : { homeserver }),
      ...(signpost === undefined ? {} : { signpost }),
      ...(maxUploadBytes === undefined ? {} : { maxUploadBytes }),
    })
    return printSnippet(io, kind, proxyRenderers[kind](withWellKnown(site, wellKnown)))
  })
}

function readHost(name: string | undefined): string | undefined {
  if (name === undefined || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(name)) return name?.toLowerCase()
  throw new UsageError('--server-name takes a host name without a port, such as matrix.example.org.')
}

function readMebibytes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number * 1024 * 1024
  throw new UsageError('--max-upload takes a number of MiB, such as 100.')
}

const wellKnownWords = ['homeserver', 'proxy', 'nobody'] as const
type WellKnownWord = (typeof wellKnownWords)[number]

function readWellKnown(word: string | undefined): WellKnownWord | undefined {
  const known = wellKnownWords.find((one) => one === word)
  if (word === undefined || known !== undefined) return known
  throw new UsageError(`--well-known takes ${wellKnownWords.join(', ')}.`)
}

function withWellKnown(site: ProxySite, word: WellKnownWord | undefined): ProxySite {
  if (word === undefined) return site
  if (word === 'homeserver' && site.homeserver === null) {
    throw new UsageError('Without a homeserver on the site, it cannot answer /.well-known/matrix/ there.')
  }
  if (word !== 'proxy') return { ...site, wellKnown: word === 'nobody' ? null : 'homeserver' }
  const url = `https://${site.host}${site.port === 443 ? '' : `:${site.port}`}`
  const facts = { clientUrl: url, identityUrl: url }
  return { ...site, wellKnown: { client: wellKnownClient(facts), server: wellKnownServer(facts) } }
}
