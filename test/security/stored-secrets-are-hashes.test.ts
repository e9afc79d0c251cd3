import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { tellStory, type Story } from './story.ts'

let world: IdentityWorld
let story: Story
beforeAll(async () => {
  world = await startIdentityWorld()
  story = await tellStory(world)
  // A message that waits for delivery stands in the database; what is left when all is done is the question.
  await world.stop()
})

/** Database, write-ahead log and everything else in the data directory. */
async function filesOf(dir: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(dir, { recursive: true })).map((name) => join(dir, name))
  const files = new Map<string, Buffer>()
  for (const name of names) if ((await stat(name)).isFile()) files.set(name, await readFile(name))
  return files
}

it('no token, code or client secret of the story stands in any file', async () => {
  const files = await filesOf(world.appliance.dataDir)
  const leaks = [...files].flatMap(([name, content]) =>
    story.secrets
      .filter((secret) => !/^\d{6}$/.test(secret) && content.includes(secret))
      .map((secret) => [name, secret]),
  )
  expect(leaks).toEqual([])
})

it('the scan finds what is stored: the addresses are there', async () => {
  const files = [...(await filesOf(world.appliance.dataDir)).values()]
  expect(files.some((content) => content.includes('storyteller@secret-domain.example'))).toBe(true)
})

it('no other user of the machine can read a file of the data directory', async () => {
  expect((await stat(world.appliance.dataDir)).mode & 0o077).toBe(0)
  for (const name of (await filesOf(world.appliance.dataDir)).keys()) {
    // Holds nothing but a lock.
    if (name.endsWith('signpost.lock')) continue
    expect([name, (await stat(name)).mode & 0o077]).toEqual([name, 0])
  }
})
