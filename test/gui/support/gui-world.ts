import type { ConfigInput } from '../../../src/config/schema.ts'
import { systemClock } from '../../../src/system.ts'
import { signInAsAdmin } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { builtRenderer } from './built-renderer.ts'
import { openGui, type Gui } from './gui.ts'

/** A console beside an organisation where things happen: homeservers, mail, text messages. */
export interface GuiWorld extends Omit<Gui, 'stop'> {
  readonly world: IdentityWorld
  stop(): Promise<void>
}

export async function startGuiWorld(config: ConfigInput = {}): Promise<GuiWorld> {
  await builtRenderer()
  const world = await startIdentityWorld(config, { clock: systemClock })
  const gui = await openGui({ appliance: world.appliance, client: await signInAsAdmin(world.appliance) })
  return {
    ...gui,
    world,
    async stop() {
      try {
        await gui.browser.close()
      } finally {
        await world.stop()
      }
    },
  }
}

/** Of one who looks and finds, of one who looks in vain, of a message that is refused, and of an invitation. */
export async function makeTraffic({ world }: Pick<GuiWorld, 'world'>): Promise<void> {
  const alice = '@alice:example.org'
  const token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.org')
  await world.lookup(token, 'alice@example.org')
  await world.lookup(token, 'nobody@example.org')
  const json = {
    medium: 'email',
    address: 'mara@elsewhere.example',
    room_id: '!r:example.org',
    sender: alice,
  }
  await world.api.post('/v2/store-invite', { token, json })
  await world.api.post('/v2/store-invite', { token, json: { ...json, address: 'alice@example.org' } })
  await world.appliance.activity.log.flush()
}
