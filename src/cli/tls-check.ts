import { readFile } from 'node:fs/promises'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { Config } from '../config/schema.ts'
import { completeChain } from '../gateway/tls/complete-chain.ts'
import { fetchChain, NoCertificate } from '../gateway/tls/fetch-chain.ts'
import { publicHost } from '../gateway/tls/names.ts'
import { pairFilesOf, trustedBy } from '../gateway/tls/open-mode.ts'
import { readAuthority } from '../gateway/tls/self-signed/authority.ts'
import { factsOf, tlsStatus, type CertificateFacts } from '../gateway/tls/status.ts'
import { tlsFiles } from '../gateway/tls/tls-files.ts'
import { createTlsHttp } from '../gateway/tls/tls-http.ts'
import { judgeCertificate, type Verdict } from '../gateway/tls/verdict.ts'
import { createResolver } from '../net/resolver.ts'
import { authoritiesOf } from '../pem-files.ts'
import { publicUrl } from '../public-url.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes, type CommandOutput } from './config-commands.ts'
import { factLines, verdictLines } from './tls-report.ts'
import { UsageError } from './usage-error.ts'

const TIMEOUT_MS = 10_000

interface Checked {
  /** What was looked at, as the title of the report. */
  readonly what: string
  readonly certificate: CertificateFacts | null
  readonly verdicts: readonly Verdict[]
  /** Further lines. */
  readonly notes: readonly string[]
}

/** The certificate that the configuration names; behind a proxy, the one under the public URL. */
export async function checkConfigured(io: CommandOutput): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const { mode } = config.server.tls
  if (mode === 'proxy') {
    const { protocol, host } = new URL(publicUrl(config))
    if (protocol === 'https:') return await checkRemote(io, host)
    io.err(`Clients reach Signpost without TLS (${publicUrl(config)}); there is no certificate to check.`)
    return exitCodes.notFound
  }
  if (mode === 'files') return report(io, await checkFiles(config, io.dataDir))
  const authorities = await authoritiesOf(config, io.dataDir)
  const status = await tlsStatus({ config, dataDir: io.dataDir, authorities, runtime: commandRuntime() })
  if (status.certificate === null) {
    io.err('There is no certificate yet; see: signpost tls status')
    return exitCodes.notFound
  }
  const { certificate, verdicts } = status
  return report(io, { what: `the certificate of mode ${mode}`, certificate, verdicts, notes: [] })
}

async function checkFiles(config: Config, dataDir: string): Promise<Checked> {
  const runtime = commandRuntime()
  const files = pairFilesOf(config, dataDir)
  const authorities = await authoritiesOf(config, dataDir)
  const trusted = trustedBy(authorities)
  const [chainPem, keyPem] = await Promise.all([readPart(files.certificate), readPart(files.privateKey)])
  const now = runtime.clock.now()
  const verdicts = judgeCertificate({ chainPem, keyPem, host: publicHost(config), now, trusted })
  const notes: string[] = []
  if (verdicts.some(({ code }) => code === 'chain-incomplete')) {
    const http = createTlsHttp(config, authorities, runtime)
    const whole = await completeChain({ chainPem, keyPem, trusted, http }).finally(() => http.close())
    if (whole !== null) notes.push('Signpost fetches the missing certificate and sends it along.')
  }
  return { what: files.certificate, certificate: factsOf(chainPem), verdicts, notes }
}

async function readPart(path: string): Promise<Buffer> {
  return await readFile(path).catch((cause: unknown) => {
    throw new OperatorError('tls-unusable', {
      tried: `read ${path}`,
      likelyCause: explainSystemError(cause, path),
      fix: systemErrorFix(cause, path, 'read'),
      cause,
    })
  })
}

/** The certificate that a server shows, `HOST`, `HOST:PORT` or `[IPV6]:PORT`. */
export async function checkRemote(io: CommandOutput, place: string): Promise<number> {
  const url = URL.parse(`https://${place}`)
  if (url === null || url.host === '' || url.pathname !== '/') {
    throw new UsageError(
      `"${place}" is no host. Write a name or an address, with a port where it is not 443.`,
    )
  }
  const { config } = await loadConfig(io.dataDir)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || 443)
  const { clock, random } = commandRuntime()
  const resolver = createResolver({ servers: config.network.dnsServers, timeoutMs: TIMEOUT_MS, random })
  const [address] = await resolver.addresses(host).catch(() => [])
  if (address === undefined) {
    io.err(`${host} has no address here. See what DNS says: dig +short ${host}`)
    return exitCodes.unexpected
  }
  try {
    const chainPem = await fetchChain({ host: address, port, serverName: host, timeoutMs: TIMEOUT_MS })
    const trusted = await trustedHere(config, io.dataDir)
    const verdicts = judgeCertificate({ chainPem, host, now: clock.now(), trusted })
    return report(io, { what: `${host}, port ${port}`, certificate: factsOf(chainPem), verdicts, notes: [] })
  } catch (error) {
    if (!(error instanceof NoCertificate)) throw error
    io.err(`${host} (${address}), port ${port}, shows no certificate (${error.code}): ${error.message}`)
    return exitCodes.unexpected
  }
}

/** Whom the clients of this installation trust, its own authority included. */
async function trustedHere(config: Config, dataDir: string): Promise<readonly string[]> {
  const own =
    config.server.tls.mode === 'selfSigned' ? await readAuthority(tlsFiles(dataDir).authority) : null
  const trusted = trustedBy(await authoritiesOf(config, dataDir))
  return own === null ? trusted : [...trusted, own.certificate.toString()]
}

function report(io: CommandOutput, { what, certificate, verdicts, notes }: Checked): number {
  const ok = verdicts.every(({ severity }) => severity === 'warning')
  if (io.json) io.out(JSON.stringify({ checked: what, ok, certificate, verdicts, notes }))
  else {
    io.out(what)
    const lines = [...(certificate === null ? [] : factLines(certificate)), ...verdictLines(verdicts)]
    for (const line of [...lines, ...notes.map((note) => `            ${note}`)]) io.out(line)
  }
  return ok ? exitCodes.fine : exitCodes.unexpected
}
