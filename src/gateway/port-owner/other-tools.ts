import { execFile } from 'node:child_process'
import type { PortOwner } from './port-owner.ts'

/** What a program prints; empty where it is not there, fails or takes too long. */
export type RunTool = (program: string, args: readonly string[]) => Promise<string>

const TOOL_MS = 3_000

export const runTool: RunTool = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: TOOL_MS, windowsHide: true }, (_error, stdout) => resolve(stdout))
  })

/** By `lsof`, which macOS and the BSDs have. */
export async function ownerByLsof(run: RunTool, port: number): Promise<PortOwner | null> {
  const text = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)$/m.exec(text)?.[1]
  const program = /^c(.+)$/m.exec(text)?.[1]
  if (pid === undefined) return null
  return { pid: Number(pid), program: program ?? null, user: null }
}

/** By the tools of Windows. */
export async function ownerByNetstat(run: RunTool, port: number): Promise<PortOwner | null> {
  // The state stands there in the language of the system, so that a listener is known by its foreign address.
  const rows = (await run('netstat', ['-ano', '-p', 'TCP']))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const row = rows.find(
    ([protocol, local = '', foreign = '']) =>
      protocol === 'TCP' && local.endsWith(`:${port}`) && foreign.endsWith(':0'),
  )
  const pid = Number(row?.at(-1))
  if (!Number.isSafeInteger(pid) || pid <= 0) return null
  const listed = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
  return { pid, program: /^"([^"]+)"/m.exec(listed)?.[1] ?? null, user: null }
}
