import { loadConfig } from '../config/load.ts'
import { readAcmeState, writeAcmeState } from '../gateway/tls/acme/state.ts'
import { readAuthority } from '../gateway/tls/self-signed/authority.ts'
import { tlsStatus, type TlsStatus } from '../gateway/tls/status.ts'
import { tlsFiles } from '../gateway/tls/tls-files.ts'
import { authoritiesOf } from '../pem-files.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes, type CommandOutput } from './config-commands.ts'
import { orUsage } from './snippet-options.ts'
import { checkConfigured, checkRemote } from './tls-check.ts'
import { date, factLines } from './tls-report.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost tls check|status|ca|retry [--data DIR] [--json]',
  '',
  '  check                    what clients will not like about the certificate, and what to do',
  '  check --host HOST[:PORT] the same for any server, as it is reached from here',
  '  status                   where the certificate comes from, how long it lasts, what went wrong',
  '  ca                       the certificate that clients have to install (mode selfSigned), as PEM',
  '  retry                    ask the ACME server again now, instead of when the rest is over',
]

const commands: Readonly<Record<string, (io: CommandOutput) => Promise<number>>> = { status, ca, retry }

/** `signpost tls ...`; `args` are the words after `tls`. Exit code 1 when a check finds a problem. Throws OperatorError. */
export async function runTlsCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  return await orUsage(io, args, usage, async () => {
    const { values, positionals } = parseWords(args, { host: { type: 'string' } })
    const [name = 'check', ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`"tls ${name}" takes no further words.`)
    if (name === 'check') {
      return values.host === undefined ? await checkConfigured(io) : await checkRemote(io, values.host)
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new UsageError(`There is no command "tls ${name}".`)
    if (values.host !== undefined) throw new UsageError(`"tls ${name}" does not know --host.`)
    return await command(io)
  })
}

async function status(io: CommandOutput): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const authorities = await authoritiesOf(config, io.dataDir)
  const found = await tlsStatus({ config, dataDir: io.dataDir, authorities, runtime: commandRuntime() })
  if (io.json) io.out(JSON.stringify(found))
  else for (const line of statusLines(found)) io.out(line)
  return exitCodes.fine
}

function statusLines({ mode, certificate, nextRenewal, lastError, authorityPem }: TlsStatus): string[] {
  if (mode === 'proxy')
    return ['mode proxy: the public listener speaks plain HTTP, a reverse proxy does TLS.']
  return [
    `mode ${mode}`,
    ...(certificate === null ? ['  There is no certificate yet.'] : factLines(certificate)),
    ...(nextRenewal === null ? [] : [`  renewed   on ${date(nextRenewal)}, by itself`]),
    ...(authorityPem === null ? [] : ['  authority for the clients to install: signpost tls ca']),
    ...(lastError === null
      ? []
      : [
          `  failed    ${lastError.code}, on ${date(lastError.at)}: ${lastError.detail}`,
          `            Fix: ${lastError.fix}`,
          ...(lastError.nextAttempt === null
            ? []
            : [`            Next attempt: ${date(lastError.nextAttempt)}`]),
        ]),
  ]
}

async function ca(io: CommandOutput): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const { mode } = config.server.tls
  const authority = mode === 'selfSigned' ? await readAuthority(tlsFiles(io.dataDir).authority) : null
  if (authority === null) {
    io.err(
      mode === 'selfSigned'
        ? 'There is no authority yet; the first start of the server makes it.'
        : `There is no authority of its own in mode ${mode}: clients trust the certificate without one.`,
    )
    return exitCodes.notFound
  }
  const pem = authority.certificate.toString().trimEnd()
  io.out(io.json ? JSON.stringify({ authority: pem }) : pem)
  return exitCodes.fine
}

/** A running server looks every minute whether it may ask again. */
async function retry(io: CommandOutput): Promise<number> {
  const { config } = await loadConfig(io.dataDir)
  const file = tlsFiles(io.dataDir).acmeState
  const state = await readAcmeState(file)
  if (config.server.tls.mode !== 'acme' || state.failure === null) {
    io.err('Nothing has failed that could be tried again.')
    return exitCodes.notFound
  }
  const { code, nextAttempt } = state.failure
  if (code === 'rate-limited') {
    io.err(
      `The certification authority wants to be left alone until ${date(nextAttempt)}; asking would prolong that.`,
    )
    return exitCodes.unexpected
  }
  await writeAcmeState(file, { ...state, failure: null })
  io.out('The running server asks again within a minute; see: signpost tls status')
  return exitCodes.fine
}
