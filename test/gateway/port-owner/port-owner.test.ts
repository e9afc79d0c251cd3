import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listeningOn } from '../../../src/gateway/port-owner/linux-sockets.ts'
import { ownerByLsof, ownerByNetstat } from '../../../src/gateway/port-owner/other-tools.ts'
import { commandToStop, describeOwner, findPortOwner } from '../../../src/gateway/port-owner/port-owner.ts'
import { startProcess } from '../../support/child-process.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { withoutRoot } from '../../support/without-root.ts'

const onLinux = process.platform === 'linux'
const { platform } = process

async function startListener(host: string) {
  const dir = await createTempDir('port-owner')
  const port = await freePort()
  const script = join(dir, 'squatter.mjs')
  await writeFile(
    script,
    `import { createServer } from 'node:net'\ncreateServer().listen(${port}, '${host}')\n`,
  )
  const program = await startProcess(process.execPath, [script, '--password=hidden-word'], {
    logFile: join(dir, 'log'),
  })
  onTestFinished(() => program.stop())
  await eventually(async () => (await findPortOwner(port, { platform })) !== null, { what: 'the listener' })
  return { port, pid: program.pid }
}

test.runIf(onLinux).each(['127.0.0.1', '::1', '0.0.0.0', '::'])(
  'a program that listens on %s is named with its script and its number, and nothing else of its command line',
  async (host) => {
    const { port, pid } = await startListener(host)
    const owner = await findPortOwner(port, { platform })
    expect(owner).toEqual({ pid, program: 'node squatter.mjs', user: null })
    expect(owner && describeOwner(owner)).toBe(`node squatter.mjs (process ${pid})`)
    expect(owner && commandToStop(owner, port, platform)).toBe(`kill ${pid}`)
  },
)

test.runIf(onLinux && process.getuid?.() === 0)(
  'a program of somebody else is known by its user',
  async () => {
    const { port } = await startListener('127.0.0.1')
    const owner = await withoutRoot([], () => findPortOwner(port, { platform }))
    expect(owner).toEqual({ pid: null, program: null, user: 'root' })
    expect(owner && describeOwner(owner)).toBe('A program of the user root')
    expect(owner && commandToStop(owner, port, platform)).toContain(`sport = :${port}`)
  },
)

test.runIf(onLinux)('our own listener is not a program to stop', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const owner = await findPortOwner(port, { platform })
  expect(owner?.pid).toBe(process.pid)
  expect(owner && describeOwner(owner)).toBe('Signpost itself')
  expect(owner && commandToStop(owner, port, platform)).toBeNull()
})

test('a free port has no owner', async () => {
  expect(await findPortOwner(await freePort(), { platform })).toBeNull()
})

test('only listeners count, not connections through the same port', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F9A 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 111 1 0',
    '   1: 0100007F:1F9A 0100007F:C350 01 00000000:00000000 00:00000000 00000000    33        0 222 1 0',
    '   2: 0100007F:1F9B 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 333 1 0',
  ].join('\n')
  expect(listeningOn(table, 8090)).toEqual([{ inode: '111', uid: 33 }])
})

test('lsof tells the program where there is no /proc', async () => {
  const run = async () => 'p812\ncnginx\nf6\np813\ncnginx\n'
  expect(await ownerByLsof(run, 80)).toEqual({ pid: 812, program: 'nginx', user: null })
  const owner = await findPortOwner(80, { platform: 'darwin', runTool: run })
  expect(owner).toEqual({ pid: 812, program: 'nginx', user: null })
})

test('netstat and tasklist tell the program on Windows, whatever its language', async () => {
  const run = async (program: string) =>
    program === 'netstat'
      ? '  Proto  Lokale Adresse   Remoteadresse   Status       PID\r\n  TCP    127.0.0.1:18090  0.0.0.0:0  ABHÖREN  1\r\n  TCP    127.0.0.1:8090  10.0.0.7:443  HERGESTELLT  7\r\n  TCP    0.0.0.0:8090  0.0.0.0:0  ABHÖREN  4242\r\n'
      : '"httpd.exe","4242","Services","0","12.345 K"\r\n'
  expect(await ownerByNetstat(run, 8090)).toEqual({ pid: 4242, program: 'httpd.exe', user: null })
})

test.each([
  ['is not there', async () => ''],
  ['prints something else', async () => 'p\nc\nnonsense'],
  ['breaks', () => Promise.reject(new Error('broken'))],
])('nobody is named, and nothing fails, where the tool %s', async (_how, runTool) => {
  for (const other of ['darwin', 'win32', 'linux'] as const) {
    expect(await findPortOwner(1, { platform: other, procDir: '/nowhere', runTool })).toBeNull()
  }
})
