import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Sqlite from 'better-sqlite3'
import { addressOf, userOf } from './seed.ts'

const SIZES = [100_000, 1_000_000]
const SAMPLE_MS = 100
/** Without a limit Node.js lets garbage lie as long as there is room, which says nothing about what is needed. */
const heap = ['--max-semi-space-size=4', '--max-old-space-size=96']

/** Imports a Sydent of two sizes with the built command: memory has to be the same for both. */
export async function measureImport(): Promise<readonly string[]> {
  const facts: string[] = []
  for (const size of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'signpost-bench-import-'))
    try {
      createSydent(folder, size)
      for (const mode of ['--dry-run', '--apply', '--apply']) facts.push(await measureRun(folder, size, mode))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return facts
}

async function measureRun(folder: string, size: number, mode: string): Promise<string> {
  const args = [...heap, 'dist/main.js', 'import', 'sydent', folder, mode, '--data', join(folder, 'data')]
  const begun = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  let peak = 0
  let lines = 0
  let added = ''
  createInterface({ input: child.stderr }).on('line', () => lines++)
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('associations:')) added = line.trim()
  })
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), SAMPLE_MS)
  const [code] = (await closed) as [number]
  clearInterval(timer)
  if (code !== 0) throw new Error(`the import ended with exit code ${code}`)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  return `import ${mode} of ${size} Sydent associations: ${seconds} s, peak memory ${peak} MiB, ${lines} lines of progress (${added})`
}

/** The highest resident memory so far, MiB; 0 when the process has gone. */
function peakOf(pid: number | undefined): number {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kib ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** Both tables, as after ordinary binds; every hundredth address was bound before by somebody else. */
function createSydent(folder: string, size: number): void {
  const seed = Buffer.alloc(32, 7).toString('base64').replace(/=+$/, '')
  const config = `[general]\nserver.name = id.example.org\n[http]\nclient_http_base = https://id.example.org\n[crypto]\ned25519.signingkey = ed25519 0 ${seed}\n`
  writeFileSync(join(folder, 'sydent.conf'), config)
  const db = new Sqlite(join(folder, 'sydent.db'))
  db.pragma('synchronous = off')
  const shared =
    'medium varchar(16) not null, address varchar(256) not null, mxid varchar(256), ts integer, notBefore bigint, notAfter bigint'
  db.exec(
    `create table local_threepid_associations (id integer primary key, ${shared}, lookup_hash varchar(256));
     create table global_threepid_associations (id integer primary key, ${shared}, originServer varchar(255),
       originId integer, sgAssoc text, lookup_hash varchar(256))`,
  )
  const local = db.prepare('insert into local_threepid_associations values (null, ?, ?, ?, ?, ?, ?, null)')
  const global = db.prepare(
    "insert into global_threepid_associations values (null, ?, ?, ?, ?, ?, ?, 'id.example.org', ?, ?, null)",
  )
  const now = Date.now()
  const until = now + 100 * 365 * 86_400_000
  db.transaction(() => {
    for (let i = 0; i < size; i++) {
      const address = addressOf(i)
      if (i % 100 === 0) global.run('email', address, userOf(i + 1), 1, 0, until, -i - 1, '{}')
      local.run('email', address, userOf(i), now - 1000, 0, until)
      global.run('email', address, userOf(i), now - 1000, 0, until, i, '{"signatures":{}}')
    }
  })()
  db.close()
}
