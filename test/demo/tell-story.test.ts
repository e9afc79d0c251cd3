import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/activity/logger.ts'
import { createJsonTeller } from '../../src/demo/show/json-teller.ts'
import { tellStory } from '../../src/demo/tell-story.ts'
import { startDemoWorld, type DemoWorld } from '../../src/demo/world.ts'
import { systemClock, systemRandom } from '../../src/system.ts'

let world: DemoWorld

beforeEach(async () => {
  const log = createLogger({ level: 'silent', masked: () => true })
  world = await startDemoWorld({ clock: systemClock, random: systemRandom, log })
})

afterEach(() => world.close({ keep: false }))

const noPause = async () => {}

test('A story whose homeserver is missing ends at the first step that needs it, and says why', async () => {
  const lines: Record<string, unknown>[] = []
  const teller = createJsonTeller((line) => lines.push(JSON.parse(line) as Record<string, unknown>))
  await world.homeserver.switchOff()

  const { signal } = new AbortController()
  expect(await tellStory({ world, teller, pause: noPause, signal })).toBe(false)
  expect(lines.map(({ event, id, ok }) => [event, id, ok])).toEqual([
    ['start', undefined, undefined],
    ['step', 'people', true],
    ['step', 'sign-in', false],
    ['end', undefined, false],
  ])
  expect(lines[2]?.fault).toBe('homeserver did not answer POST /_matrix/client/v3/login.')
})

test('A story in which Signpost gives a wrong answer fails the check that looks at it', async () => {
  const lines: Record<string, unknown>[] = []
  const teller = createJsonTeller((line) => lines.push(JSON.parse(line) as Record<string, unknown>))
  // Somebody else is already found by the address of the mother whom nobody knows.
  const pause = async () => {
    await world.appliance.storage.db
      .insertInto('associations')
      .values({
        medium: 'email',
        address: 'samira.haddad@post.example',
        mxid: '@eve:linden.example',
        bound_at: 0,
        not_before: 0,
        not_after: Number.MAX_SAFE_INTEGER,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await world.appliance.storage.db
      .insertInto('mapping_changes')
      .values({ medium: 'email', address: 'samira.haddad@post.example' })
      .execute()
    await world.appliance.index.catchUp()
  }

  const { signal } = new AbortController()
  expect(await tellStory({ world, teller, pause, signal })).toBe(false)
  expect(lines.at(-2)).toMatchObject({ id: 'find-colleagues', ok: false })
  expect(lines.at(-2)?.checks).toEqual([{ claim: '30 of 30 were found.', holds: false }])
})

test('A story that is told to stop ends before its next step', async () => {
  const stop = new AbortController()
  const lines: string[] = []
  const teller = createJsonTeller((line) => lines.push(line))
  const pause = async () => stop.abort(new Error('stopped'))
  await expect(tellStory({ world, teller, pause, signal: stop.signal })).rejects.toThrow('stopped')
  expect(lines).toHaveLength(1)
})

test('The data directory stays only when it is asked for', async () => {
  const other = await startDemoWorld(world.runtime)
  await other.close({ keep: true })
  expect(await readdir(other.dataDir)).toEqual(expect.arrayContaining(['people.csv', 'signpost.yaml']))
  const { dataDir } = world
  await world.close({ keep: false })
  await expect(readdir(dataDir)).rejects.toThrow('ENOENT')
})
