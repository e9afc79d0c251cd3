import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataContext } from '../../src/cli/open-data.ts'
import { openStorage, type Storage } from '../../src/storage/storage.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Installation {
  readonly dataDir: string
  /** The database as the running server has it open. */
  readonly server: Storage
  run(
    command: (args: readonly string[], io: DataContext) => Promise<number>,
    args: readonly string[],
    options?: { readonly json?: boolean; readonly input?: string },
  ): Promise<CommandResult>
  /** Writes a file beside the installation; returns its path. */
  file(name: string, content: string | Buffer): Promise<string>
}

/** A data directory with a configuration, whose database the server has open. Close `server` at the end. */
export async function createInstallation(config = 'matrix: { domain: example.org }'): Promise<Installation> {
  const folder = await createTempDir('cli')
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'signpost.yaml'), config)
  const server = await openStorage(
    { type: 'sqlite', file: join(dataDir, 'signpost.db') },
    // Commands read the clock of the machine, to which this installation is new.
    createTestRuntime(Date.now()),
  )
  return {
    dataDir,
    server,
    run: (command, args, { json = false, input } = {}) => runIn(dataDir, command, args, json, input),
    async file(name, content) {
      const path = join(folder, name)
      await writeFile(path, content)
      return path
    },
  }
}

export async function runIn(
  dataDir: string,
  command: (args: readonly string[], io: DataContext) => Promise<number>,
  args: readonly string[],
  json = false,
  input = '',
): Promise<CommandResult> {
  const out: string[] = []
  const err: string[] = []
  async function* chunks() {
    yield Buffer.from(input)
  }
  const code = await command(args, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    dataDir,
    json,
    env: {},
    input: chunks(),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
