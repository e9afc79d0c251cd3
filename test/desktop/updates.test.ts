import { EventEmitter } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ElectronApi } from '../../electron/electron-api.ts'
import { answerSelfCheck } from '../../electron/updates/answer-self-check.ts'
import { decideUpdate } from '../../electron/updates/decide.ts'
import { checkVersion, readSelfCheck } from '../../electron/updates/self-check.ts'
import { startUpdates, type Updater, type UpdateOptions } from '../../electron/updates/updates.ts'
import { run } from '../support/child-process.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestData } from './driver/server.ts'
import { serverEntry } from './driver/stand-in-driver.ts'
import { StandInUtilityProcess } from './stand-in/utility-process.ts'

/** electron-updater's side: a feed with one version, which is there at once. */
class FakeUpdater extends EventEmitter {
  autoDownload = false
  autoInstallOnAppQuit = true
  readonly calls: string[] = []
  setFeedURL({ url }: { readonly url: string }) {
    this.calls.push(url)
  }
  async checkForUpdates() {
    this.emit('update-downloaded', { version: '2.0.0', downloadedFile: '/downloads/new.AppImage' })
  }
  quitAndInstall() {
    this.calls.push('install')
  }
}

let updater: FakeUpdater
let told: string[]
beforeEach(() => {
  updater = new FakeUpdater()
  told = []
})

async function look(changes: Partial<UpdateOptions>): Promise<void> {
  const updates = startUpdates({
    updater: updater as unknown as Updater,
    feed: 'https://updates.example.org/',
    selfCheck: async () => ({ outcome: 'fine' }),
    tell: (text) => void told.push(text),
    offer: async () => true,
    prepare: async () => void updater.calls.push('stop the server'),
    note: () => {},
    pace: { first: 0, every: 5 },
    ...changes,
  })
  await eventually(() => told.length > 0, { what: 'a word about the new version' })
  updates.stop()
}

describe('A new version', () => {
  it('is installed after its own check and a person’s word, when the server has stopped', async () => {
    await look({})
    await eventually(() => updater.calls.includes('install'), { what: 'the installation' })
    expect(updater.calls).toEqual(['https://updates.example.org/', 'stop the server', 'install'])
    expect(updater.autoInstallOnAppQuit).toBe(false)
    expect(told).toEqual(['Signpost 2.0.0 is ready to be installed.'])
  })

  it.each([
    { outcome: 'refused', reason: 'The database was written by a newer Signpost.' } as const,
    { outcome: 'silent' } as const,
  ])('that fails its check is not even offered: $outcome', async (check) => {
    const offered: string[] = []
    await look({
      selfCheck: async () => check,
      offer: async (text) => (offered.push(text), true),
    })
    expect([offered, updater.calls]).toEqual([[], ['https://updates.example.org/']])
    expect(told[0]).toContain('the present version goes on')
  })

  it('waits when the person says later', async () => {
    await look({ offer: async () => false })
    expect(updater.calls).toEqual(['https://updates.example.org/'])
  })

  it('that cannot be asked before is offered with that word', () => {
    expect(decideUpdate('2.0.0', { outcome: 'impossible' })).toMatchObject({
      action: 'offer',
      text: expect.stringContaining('first start'),
    })
  })

  it('that cannot be had is a note in the log, and no more', async () => {
    const notes: string[] = []
    updater.checkForUpdates = async () => {
      updater.emit('error', new Error('net::ERR_FAILED'))
      throw new Error('net::ERR_FAILED')
    }
    const selfCheck = async () => ({ outcome: 'fine' }) as const
    const updates = startUpdates({
      updater: updater as unknown as Updater,
      ...{ feed: 'https://updates.example.org/', selfCheck, tell: () => {}, offer: async () => true },
      ...{ prepare: async () => {}, note: (text) => void notes.push(text), pace: { first: 0, every: 5 } },
    })
    await eventually(() => notes.length > 1, { what: 'a second try' })
    updates.stop()
    expect(notes[0]).toContain('ERR_FAILED')
  })
})

describe('The check of a downloaded version', () => {
  const env = { APPIMAGE: '/opt/Signpost.AppImage' }
  const execute = async (program: string, args: readonly string[], timeout: number) =>
    (await run(program, args, { timeout })).stdout
  const check = (file: string) => checkVersion({ platform: 'linux', env, run: execute }, file, '/data')

  async function program(lines: readonly string[]): Promise<string> {
    const file = join(await createTempDir('update'), 'new.AppImage')
    await writeFile(file, ['#!/bin/sh', ...lines].join('\n'))
    await chmod(file, 0o755)
    return file
  }

  it('runs it beside the present one, with the data of this installation', async () => {
    const wanted = `[ "$*" = "--self-check --data /data" ] && echo '{"ok":true}'`
    expect(await check(await program(['echo some warning', wanted]))).toEqual({ outcome: 'fine' })
    const no = `echo '{"ok":false,"reason":"too old"}'`
    expect(await check(await program([no]))).toEqual({ outcome: 'refused', reason: 'too old' })
  })

  it('takes no answer, a crash and nonsense for a failure', async () => {
    for (const lines of [['exit 1'], ['kill -9 $$'], ['echo fine'], [`echo '{"ok":"yes"}'`], ['']]) {
      expect(await check(await program(lines))).toEqual({ outcome: 'silent' })
    }
    expect(await check('/nowhere/new.AppImage')).toEqual({ outcome: 'silent' })
    expect(readSelfCheck('')).toEqual({ outcome: 'silent' })
  })

  it('is not to be had of an installer', async () => {
    const host = { platform: 'win32', env: {}, run: execute } as const
    expect(await checkVersion(host, 'C:/Signpost Setup.exe', 'C:/data')).toEqual({ outcome: 'impossible' })
  })

  it('is answered by the server of that version, which looks and changes nothing', async () => {
    const electron = {
      app: { whenReady: async () => {} },
      utilityProcess: StandInUtilityProcess,
    } as unknown as Pick<ElectronApi, 'app' | 'utilityProcess'>
    const host = { files: { serverEntry } } as Parameters<typeof answerSelfCheck>[1]
    const { dataDir } = await createTestData()
    expect(await answerSelfCheck(electron, host, dataDir)).toEqual({ ok: true })
    await writeFile(join(dataDir, 'signpost.yaml'), 'matrix: { domian: example.org }\n')
    const refused = await answerSelfCheck(electron, host, dataDir)
    expect(refused).toMatchObject({ ok: false, reason: expect.stringContaining('problem') })
  })
})
