import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { product } from '../../build/product.ts'
import { chooseStart, type Surroundings } from '../../build/start/choose.ts'
import { durationText, summariseAway } from '../../electron/away-summary.ts'
import { pageOf } from '../../electron/deep-link.ts'
import type { ShellView } from '../../electron/ipc/contract.ts'
import { autostartFile, desktopEntry } from '../../electron/login/xdg-autostart.ts'
import { APP_ID } from '../../electron/identity.ts'
import { pauseUntil } from '../../electron/menu/pause-until.ts'
import { readOptions } from '../../electron/options.ts'
import { createCrashBudget } from '../../electron/server/crash-budget.ts'
import { openLogFile } from '../../electron/server/log-file.ts'
import { openSettings } from '../../electron/settings.ts'
import { isTrayAvailable } from '../../electron/tray/available.ts'
import { iconFile, iconSizes } from '../../electron/tray/icons.ts'
import { tooltipOf } from '../../electron/tray/tooltip.ts'
import { windowOptions } from '../../electron/window/window-options.ts'
import { createTempDir } from '../support/temp-dir.ts'

describe('npm start', () => {
  const desk: Surroundings = {
    args: [],
    env: { DISPLAY: ':0' },
    platform: 'linux',
    isRoot: false,
    hasRuntime: true,
  }
  const choose = (changes: Partial<Surroundings>) => chooseStart({ ...desk, ...changes })

  it('opens the desktop app where a person would see it', () => {
    expect(choose({}).mode).toBe('desktop')
    expect(choose({ env: { WAYLAND_DISPLAY: 'wayland-0' } }).mode).toBe('desktop')
    expect(choose({ env: {}, platform: 'win32' }).mode).toBe('desktop')
    expect(choose({ args: ['start', '--data', 'elsewhere'] }).mode).toBe('desktop')
    expect(choose({ args: ['--data', 'doctor'] }).mode).toBe('desktop')
  })

  it.each([
    [{ args: ['--headless'] }, '--headless'],
    [{ args: ['--json'] }, '--json'],
    [{ env: { DISPLAY: ':0', CI: 'true' } }, 'CI'],
    [{ env: {} }, 'display'],
    [{ hasRuntime: false }, 'install-electron'],
    [{ isRoot: true }, 'root'],
  ])('runs headless with %j and says why', (changes, why) => {
    expect(choose(changes)).toMatchObject({ mode: 'headless', why: expect.stringContaining(why) })
  })

  it('leaves commands alone', () => {
    for (const args of [
      ['doctor'],
      ['config', 'check'],
      ['--help'],
      ['--version'],
      ['--data', 'x', 'seal'],
    ]) {
      expect(choose({ args })).toEqual({ mode: 'command' })
    }
  })
})

describe('The budget for crashes', () => {
  it('gives three tries, each later than the one before, and gives up with the fourth crash', () => {
    const budget = createCrashBudget()
    const pauses = [0, 1_000, 2_000].map((at) => budget.crashed(at) ?? 0)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(Math.min(...pauses)).toBeGreaterThan(0)
    expect(budget.crashed(59_000)).toBeNull()
  })

  it('forgets crashes after a minute, and all of them when a person tries again', () => {
    const budget = createCrashBudget()
    for (const at of [0, 1_000, 2_000]) budget.crashed(at)
    expect(budget.crashed(60_000)).not.toBeNull()
    budget.forget()
    for (const at of [61_000, 62_000, 63_000]) expect(budget.crashed(at)).not.toBeNull()
  })
})

describe('The log', () => {
  it('goes to a new file when one is full, and keeps three', async () => {
    const folder = await createTempDir('log')
    const file = join(folder, 'desktop.log')
    const log = openLogFile({ file, now: () => 0, maxBytes: 10 })
    for (const text of ['first line\n', 'second line\n', 'third line\n', 'fourth line\n', 'fifth line\n'])
      log.write(text)
    await log.flush()
    expect((await readdir(folder)).sort()).toEqual([
      'desktop.1.log',
      'desktop.2.log',
      'desktop.3.log',
      'desktop.log',
    ])
    expect(await readFile(file, 'utf8')).toBe('fifth line\n')
    expect(await readFile(join(folder, 'desktop.3.log'), 'utf8')).toBe('second line\n')
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  it('knows the last lines of the server that runs, in whatever pieces they came', () => {
    const log = openLogFile({ file: '/dev/null', now: () => 0 })
    log.write('of another life\n')
    log.begin()
    log.write('one\ntw')
    log.write('o\n\nthr')
    expect(log.tail()).toEqual(['one', 'two', 'thr'])
    for (let count = 0; count < 100; count++) log.write(`line ${count}\n`)
    expect(log.tail()).toHaveLength(40)
    expect(log.tail().at(-1)).toBe('line 99')
  })
})

describe('The settings of the shell', () => {
  it('are there after the next start, readable by their owner alone', async () => {
    const file = join(await createTempDir('settings'), 'shell.json')
    const first = await openSettings(file, () => {})
    expect(first.current()).toMatchObject({ startAtLogin: false, silenced: [], updateFeed: null })
    await Promise.all([first.change({ startAtLogin: true }), first.change({ silenced: ['away'] })])
    expect((await stat(file)).mode & 0o077).toBe(0)
    const second = await openSettings(file, () => {})
    expect(second.current()).toMatchObject({ startAtLogin: true, silenced: ['away'] })
  })

  it.each(['{', '{"silenced":["everything"]}', '{"updateFeed":"http://example.org"}', '[]'])(
    'begin anew with a file that holds %s',
    async (text) => {
      const file = join(await createTempDir('settings'), 'shell.json')
      await writeFile(file, text)
      const notes: string[] = []
      const settings = await openSettings(file, (note) => void notes.push(note))
      expect(settings.current()).toMatchObject({ silenced: [], updateFeed: null })
      expect(notes).toHaveLength(1)
    },
  )
})

describe('The window', () => {
  const files = { preload: '/p', iconsDir: '/i' }
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const saved = { x: 100, y: 100, width: 900, height: 700, isMaximized: false, zoom: 1 }

  it('comes back where it was', () => {
    expect(windowOptions(files, saved, [screen])).toMatchObject({ x: 100, y: 100, width: 900, height: 700 })
  })

  it('keeps its size, but not its place on a screen that is gone', () => {
    for (const place of [{ x: 2_000 }, { y: 1_070 }, { y: -200 }, { x: -850 }]) {
      const options = windowOptions(files, { ...saved, ...place }, [screen])
      expect(options).toMatchObject({ width: 900, height: 700 })
      expect(options).not.toHaveProperty('x')
    }
    const second = { ...screen, x: 1_920 }
    expect(windowOptions(files, { ...saved, x: 2_000 }, [screen, second])).toMatchObject({ x: 2_000 })
  })
})

it('The app has the id of its packages', () => {
  expect(APP_ID).toBe(product.appId)
})

it.each(['waiting.html', 'crash.html'])('The page %s runs nothing but what lies beside it', async (name) => {
  const text = await readFile(resolve(import.meta.dirname, '../../electron/pages', name), 'utf8')
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(text)?.[1] ?? ''
  const rules = policy.split('; ')
  expect(rules).toEqual(
    expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "form-action 'none'"]),
  )
  expect(policy).not.toMatch(/unsafe|\*|http|data:/)
  expect(text).not.toMatch(/<script>|<style|\son\w+=|style=/)
})

describe('Links of the system', () => {
  it('open pages that are listed, and nothing else', () => {
    expect(pageOf('signpost://open/invitations')).toBe('/invitations')
    expect(pageOf('signpost://open/doctor/')).toBe('/doctor')
    expect(pageOf('signpost://open/map')).toBe('/')
    for (const link of [
      'signpost://open/',
      'signpost://open/unknown',
      'signpost://open/doctor?next=x',
      'signpost://open/doctor#x',
      'signpost://open//doctor',
      'signpost://other/doctor',
      'signpost:open/doctor',
      'https://open/doctor',
      'signpost://open/constructor',
    ]) {
      expect(pageOf(link)).toBeNull()
    }
  })

  it('are found on the command line, beside the data directory and the wish for no window', () => {
    const argv = ['--data', '/srv/signpost', '--hidden', 'signpost://open/doctor']
    const files = { programDir: '/opt/Signpost' } as Parameters<typeof readOptions>[0]['files']
    expect(readOptions({ argv, env: {}, files })).toEqual({
      dataDir: '/srv/signpost',
      userDataDir: join('/srv/signpost', 'desktop'),
      isHidden: true,
      link: 'signpost://open/doctor',
    })
  })
})

describe('The tray', () => {
  const view = {
    phase: 'running',
    attention: [],
    lookupsToday: 1,
    pendingInvitations: 0,
  } as Partial<ShellView> as ShellView

  it('says how things stand', () => {
    expect(tooltipOf(view)).toBe('Signpost: running\n1 lookup today, 0 invitations waiting')
    const attention = [{ code: 'backend-down', text: 'The directory "ldap" does not answer.' }]
    expect(tooltipOf({ ...view, attention })).toContain('The directory "ldap" does not answer.')
    expect(tooltipOf({ ...view, phase: 'failed' })).toBe('Signpost: not running, a fault has to be mended')
    expect(tooltipOf({ ...view, attention: [{ code: 'x', text: 'x'.repeat(200) }] })).toHaveLength(127)
  })

  it('is there on Windows and macOS, and on Linux where something shows it', async () => {
    const answers = (run: () => Promise<string>, platform: NodeJS.Platform) =>
      isTrayAvailable({ platform, run })
    expect(await answers(async () => 'method return\n   boolean true\n', 'linux')).toBe(true)
    expect(await answers(async () => 'method return\n   boolean false\n', 'linux')).toBe(false)
    expect(await answers(() => Promise.reject(new Error('ENOENT')), 'linux')).toBe(false)
    expect(await answers(() => Promise.reject(new Error('ENOENT')), 'win32')).toBe(true)
  })

  it('has a picture for every state and size that it asks for', () => {
    const there = new Set(readdirSync(resolve(import.meta.dirname, '../../build/icons/tray')))
    for (const condition of ['ok', 'working', 'attention', 'stopped'] as const) {
      for (const platform of ['linux', 'win32', 'darwin'] as const) {
        for (const size of iconSizes(platform)) {
          expect([...there]).toContain(basename(iconFile('', platform, condition, size)))
        }
      }
    }
  })

  it('takes the picture of its state, and on macOS one that the system colours', () => {
    expect(iconFile('icons', 'linux', 'ok', 24)).toBe(join('icons', 'ok-24.png'))
    expect(iconFile('icons', 'darwin', 'attention', 16)).toBe(join('icons', 'attentionTemplate-16.png'))
  })
})

describe('A pause of federation', () => {
  it('lasts ten minutes, an hour, or until the next midnight of this machine', () => {
    const evening = new Date(2026, 9, 24, 23, 30).getTime()
    expect(pauseUntil('ten-minutes', evening)).toBe(evening + 600_000)
    expect(pauseUntil('hour', evening)).toBe(evening + 3_600_000)
    expect(new Date(pauseUntil('tomorrow', evening))).toEqual(new Date(2026, 9, 25))
  })
})

describe('The report after a sleep', () => {
  const report = { type: 'away', awayMs: 22_200_000, deliveredLate: 3, needsYou: 1 } as const

  it('tells how long it was, what came late, and what needs somebody', () => {
    expect(summariseAway(report)?.body).toBe('Offline 6 h 10 min; 3 invitations delivered late, 1 needs you.')
    expect(summariseAway({ ...report, deliveredLate: 0, needsYou: 0 })?.body).toBe('Offline 6 h 10 min.')
  })

  it('is silent about a nap in which nothing happened', () => {
    expect(summariseAway({ ...report, awayMs: 60_000, deliveredLate: 0, needsYou: 0 })).toBeNull()
    expect(summariseAway({ ...report, awayMs: 60_000 })).not.toBeNull()
    expect(durationText(1)).toBe('1 min')
    expect(durationText(52 * 3_600_000)).toBe('2 d 4 h')
  })
})

describe('The entry that starts Signpost at login', () => {
  it('lies where the desktop looks', () => {
    expect(autostartFile({ env: {}, homeDir: '/home/a' })).toBe('/home/a/.config/autostart/signpost.desktop')
    expect(autostartFile({ env: { XDG_CONFIG_HOME: '/c' }, homeDir: '/home/a' })).toBe(
      '/c/autostart/signpost.desktop',
    )
  })

  it('quotes what a path may hold', () => {
    const entry = desktopEntry(['/opt/My $App/100%', '--data', 'a "b" \\c'])
    expect(entry).toContain(String.raw`Exec="/opt/My \\$App/100%%" "--data" "a \\"b\\" \\\\c"`)
  })
})
