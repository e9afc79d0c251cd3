import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeLink, useUpLink } from '../../../src/sign-up/links.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { insertInvitations } from '../invitations/support/insert-invitations.ts'

let world: IdentityWorld
let admin: AdminClient
beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
})
afterAll(() => world.stop())

const links = async () => (await admin.get('/api/integrations/sign-up')).body

it('there are no links before the first mail', async () => {
  expect(await links()).toEqual({ open: 0, used: 0, latest: [] })
})

it('counts the invitations whose link works, and the accounts that were made', async () => {
  const { storage } = world.appliance
  const now = world.clock.now()
  // Of six states in turn: the first and the seventh are pending, the fifth has expired.
  await insertInvitations(storage, 7, () => now)
  const runtime = createTestRuntime(now)
  const [first, , , , over, , last] = await Promise.all(
    Array.from({ length: 7 }, (_, index) =>
      makeLink(storage.db, runtime, `made-${String(index).padStart(6, '0')}`),
    ),
  )
  expect([first, over, last]).not.toContain(undefined)
  // Another mail about the same invitation.
  await makeLink(storage.db, runtime, 'made-000000')
  expect(await links()).toEqual({ open: 2, used: 0, latest: [] })
  await useUpLink(storage, now, first ?? '', '@mara:example.org')
  expect(await links()).toEqual({ open: 1, used: 1, latest: [{ mxid: '@mara:example.org', at: now }] })
  world.clock.advance(31 * 86_400_000)
  admin = await signInAsAdmin(world.appliance)
  expect(await links()).toMatchObject({ open: 0, used: 1 })
})
