import { afterAll, beforeAll, expect, it } from 'vitest'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { tellStory, type Story } from './story.ts'

let world: IdentityWorld
let story: Story
beforeAll(async () => {
  world = await startIdentityWorld({ activity: { level: 'debug', requests: true } })
  story = await tellStory(world)
  // What the server itself breaks on must be logged without the request as well.
  await world.appliance.storage.db.schema.dropTable('sessions').execute()
  const json = { client_secret: 'crash-secret', email: 'crash@secret-domain.example', send_attempt: 1 }
  await world.api.post('/api/v1/validate/email/requestToken', { json })
})
afterAll(() => world.stop())

it('the log of the story tells something', () => {
  expect(world.appliance.logText()).toContain('a request failed')
  expect(world.appliance.logText().split('\n').length).toBeGreaterThan(5)
})

it('no token, code, secret or key stands in a log line', () => {
  for (const secret of [...story.secrets, 'crash-secret'])
    expect(world.appliance.logText()).not.toContain(secret)
})

it('no whole address stands in a log line', () => {
  for (const address of [...story.addresses, 'crash@secret-domain.example']) {
    expect(world.appliance.logText().toLowerCase()).not.toContain(address)
  }
  expect(world.appliance.logText()).not.toContain('secret-domain')
})
