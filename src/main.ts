#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

// Compiled code is kept between starts: the first answer comes in about half the time.
enableCompileCache()

const { chooseDataDir } = await import('./cli/data-dir.ts')
const { readGlobalOptions, run, usage } = await import('./cli/run.ts')
const { version } = await import('./version.ts')

const options = readGlobalOptions(process.argv.slice(2))
const out = (line: string) => void process.stdout.write(`${line}\n`)
const err = (line: string) => void process.stderr.write(`${line}\n`)

if (options.version) out(version)
else if (options.help) out(usage)
else {
  const { shellChannelOf } = await import('./desktop/channel.ts')
  process.exitCode = await run(options.rest, {
    out,
    err,
    json: options.json,
    dataDir: chooseDataDir(options.dataDir, process.env, dirname(dirname(fileURLToPath(import.meta.url)))),
    env: process.env,
    terminal: process.stdout.isTTY,
    shell: shellChannelOf(process),
    onReload: (callback) => {
      process.on('SIGHUP', callback)
      return () => void process.off('SIGHUP', callback)
    },
    stopRequested: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
      }),
  })
  // Electron's utility processes do not end by themselves (electron/electron#47228).
  if (Reflect.has(process, 'parentPort')) process.exit()
}
