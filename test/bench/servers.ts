import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export interface RunningServer {
  readonly port: number
  /** From the start of the process to its first answer. */
  readonly startMs: number
  /** Resident memory, MiB. */
  rss(): number
  /** Processor time of all its threads so far, seconds. */
  cpu(): number
  /** What it wrote to standard error so far. */
  log(): string
  stop(): Promise<void>
}

export interface SignpostOptions {
  readonly dataDir: string
  readonly port: number
  readonly adminPort: number
  /** Base URL of the homeserver of `domain`. */
  readonly homeserverUrl: string
  /** Its client API, for what passes through Signpost. */
  readonly clientUrl?: string
  /** Matrix domain; default example.org. */
  readonly domain?: string
  /** Files of a certificate: the public listener speaks TLS. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** Further lines of `signpost.yaml`. */
  readonly more?: string
}

/** The built server as `npm start` runs it, with rate limits off. */
export function startSignpost({
  dataDir,
  port,
  adminPort,
  homeserverUrl,
  clientUrl,
  domain = 'example.org',
  tls,
  more = '',
}: SignpostOptions): Promise<RunningServer> {
  const certificate =
    tls === undefined
      ? ''
      : `, tls: { mode: files, certificate: '${tls.certFile}', privateKey: '${tls.keyFile}' }`
  const client = clientUrl === undefined ? '' : `, homeserverUrl: '${clientUrl}'`
  const text = `matrix: { domain: ${domain}, pins: { ${domain}: '${homeserverUrl}' }${client} }
server: { publicUrl: 'http://127.0.0.1:${port}', listen: { port: ${port} }${certificate} }
admin: { listen: { port: ${adminPort} } }
rateLimits: { enabled: false }
lookup: { pepper: { grace: 1m } }
${more}`
  writeFileSync(join(dataDir, 'signpost.yaml'), text, { mode: 0o600 })
  const { start } = (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  ).scripts
  const args = start.split(' ').slice(1)
  const url = `http://127.0.0.1:${port}/_matrix/identity/versions`
  // The admin listener opens after the public one, and never speaks TLS.
  const probe = tls === undefined ? url : `http://127.0.0.1:${adminPort}/metrics`
  return run([...args, 'start', '--data', dataDir], port, probe)
}

/** The ceiling: one Fastify route that reads a JSON body and answers a constant object. */
export function startBareFastify(port: number): Promise<RunningServer> {
  return run([join(import.meta.dirname, 'bare-fastify.ts'), String(port)], port, `http://127.0.0.1:${port}/`)
}

async function run(args: string[], port: number, url: string): Promise<RunningServer> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  await firstAnswer(child, url, () => log)
  return {
    port,
    startMs: performance.now() - begun,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpu: () => cpuSeconds(child.pid ?? 0),
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** `utime` and `stime` of proc(5), in clock ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
  const fields = afterName.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function firstAnswer(child: ChildProcess, url: string, log: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended early: ${log()}`)
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch {
      await new Promise((wait) => setTimeout(wait, 5))
    }
  }
}
