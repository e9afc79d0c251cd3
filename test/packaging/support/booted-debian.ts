import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, startProcess } from '../../support/child-process.ts'
import { eventually } from '../../support/poll.ts'
import { createDebianRoot } from './debian-root.ts'
import { lackingProgram } from './programs.ts'

/** A Debian with a running systemd and a network of its own, on this kernel. */
export interface BootedDebian {
  /** Its files, as seen from outside. */
  readonly root: string
  /** Runs a program inside, as root. Rejects when it fails; the error has its output. */
  inside(program: string, ...args: readonly string[]): Promise<string>
  /** GET from inside, by the test's own Node: status and text. */
  get(url: string): Promise<{ readonly status: number; readonly text: string }>
  stop(): Promise<void>
}

/** Null when this machine can boot one, else what it lacks. */
export function bootUnavailable(): string | null {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'root on Linux'
  return lackingProgram('debootstrap', 'dpkg-deb', 'dpkg-shlibdeps', 'unshare', 'nsenter', 'findmnt')
}

export async function bootDebian(): Promise<BootedDebian> {
  const root = await createDebianRoot()
  const cgroup = join(await cgroupMount(), `signpost-test-${process.pid}-${Date.now()}`)
  const script = join(import.meta.dirname, 'boot.sh')
  const logFile = join(root, '../boot.log')
  const outer = await startProcess('sh', [script, root, cgroup], { logFile })
  const enter = async (namespaces: readonly string[], program: string, args: readonly string[]) => {
    const first = await firstProcess(outer.pid)
    const command = ['--target', first, ...namespaces, '--', program, ...args]
    return (await run('nsenter', command, { timeout: 120_000, env: insideEnv })).stdout
  }
  const inside = (program: string, ...args: readonly string[]) => enter(['--all'], program, args)
  await eventually(async () => (await inside('systemctl', 'is-system-running', '--wait')) !== '', {
    what: 'systemd to be up',
    timeoutMs: 60_000,
  })
  return {
    root,
    inside,
    async get(url) {
      const text = await enter(['--net'], process.execPath, ['--eval', askOnce, url])
      return JSON.parse(text) as { status: number; text: string }
    },
    async stop() {
      await outer.stop(0)
      // The kernel needs a moment for the processes inside; groups that have some cannot be removed.
      await eventually(() => run('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+']), {
        what: 'the control groups to be empty',
      })
    },
  }
}

const insideEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }

const askOnce = `
const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(10_000) })
console.log(JSON.stringify({ status: answer.status, text: await answer.text() }))`

/** The process that is number 1 inside, by its number outside. */
async function firstProcess(unshare: number): Promise<string> {
  const children = (await readFile(`/proc/${unshare}/task/${unshare}/children`, 'utf8')).trim()
  if (children === '') throw new Error('it has ended')
  return children
}

/** Where the one hierarchy of control groups v2 is, which systemd needs. */
async function cgroupMount(): Promise<string> {
  const { stdout } = await run('findmnt', ['--types', 'cgroup2', '--noheadings', '--output', 'TARGET'])
  const [mount] = stdout.trim().split('\n')
  if (mount === undefined || mount === '') throw new Error('no control groups v2 here')
  return mount
}
