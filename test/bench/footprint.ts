import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeDebianPackage } from '../../build/debian-package.ts'
import { makeNpmPackage } from '../../build/npm-package.ts'
import { packDesktop } from '../../build/package-desktop.ts'
import { stage } from '../../build/stage/stage.ts'
import { buildProduct } from '../packaging/support/built.ts'
import { createStandInElectron } from '../packaging/support/stand-in-electron.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'

const STARTS = 5
const IDLE_MS = 15_000

/**
 * What Signpost takes before it does anything: time to the first answer, memory at rest, size of the packages. Measured on
 * the staged folder that all packages are made from.
 */
export async function measureFootprint(): Promise<readonly string[]> {
  const outer = process.env['TMPDIR']
  const home = mkdtempSync(join(tmpdir(), 'signpost-footprint-'))
  // What is built on the way goes away with it.
  process.env['TMPDIR'] = home
  try {
    const dist = await buildProduct()
    return [...(await serverFacts(home, dist)), ...shellFacts(), ...(await sizeFacts(home, dist))]
  } finally {
    if (outer === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = outer
    rmSync(home, { recursive: true, force: true })
  }
}

async function serverFacts(home: string, dist: string): Promise<readonly string[]> {
  const app = join(home, 'app')
  const processor = process.arch === 'arm64' ? 'arm64' : 'x64'
  stage({ dist, out: app, desktop: false, addon: [`linux-${processor}`] })
  const dataDir = join(home, 'data')
  mkdirSync(dataDir)
  const [port, adminPort] = await freePorts(2)
  const config = `matrix: { domain: example.org }\nserver: { listen: { port: ${port} } }\nadmin: { listen: { port: ${adminPort} } }\n`
  writeFileSync(join(dataDir, 'signpost.yaml'), config, { mode: 0o600 })

  const args = [
    '--max-semi-space-size=4',
    join(app, 'dist/main.js'),
    'start',
    '--headless',
    '--data',
    dataDir,
  ]
  const env = { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') }
  const times: number[] = []
  let idle = 0
  for (let count = 0; count <= STARTS; count++) {
    const begun = performance.now()
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
    const healthy = async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok
    await eventually(healthy, { what: 'the first answer', intervalMs: 5, timeoutMs: 60_000 })
    times.push(performance.now() - begun)
    if (count === STARTS) {
      await sleep(IDLE_MS)
      idle = residentMiB(child.pid)
    }
    await end(child)
  }
  const [first = 0, ...later] = times
  const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)] ?? 0
  return [
    `start to first answer of /health: ${first.toFixed(0)} ms on a new data directory, ${median.toFixed(0)} ms afterwards (median of ${STARTS})`,
    `server idle: ${idle.toFixed(0)} MiB resident`,
  ]
}

/** In processes of their own, so that nothing of this one counts. */
function shellFacts(): readonly string[] {
  const held = (mode: 'stand-in' | 'shell') =>
    Number(
      execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'footprint-shell.ts'), mode], {
        encoding: 'utf8',
        timeout: 120_000,
      }),
    )
  const own = held('shell') - held('stand-in')
  return [
    `shell with the window closed: ${own.toFixed(1)} MiB of JavaScript, beside Electron itself and the server`,
  ]
}

async function sizeFacts(home: string, dist: string): Promise<readonly string[]> {
  const out = join(home, 'packages')
  const npm = makeNpmPackage({ dist, out })
  const deb = makeDebianPackage({ dist, out, architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' })
  await packDesktop({
    dist,
    out: join(out, 'desktop'),
    system: 'linux',
    processor: 'x64',
    folderOnly: true,
    electronDist: await createStandInElectron(),
    updateUrl: null,
  })
  const asar = join(out, 'desktop/linux-unpacked/resources/app.asar')
  const megabytes = (file: string) => (statSync(file).size / 1e6).toFixed(1)
  return [
    `packages: npm ${megabytes(npm)} MB, deb ${megabytes(deb)} MB (with Node), app.asar ${megabytes(asar)} MB`,
  ]
}

function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
