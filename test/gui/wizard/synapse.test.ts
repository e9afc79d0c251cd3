import { afterAll, beforeAll, it } from 'vitest'
import { createAuthority } from '../../support/certificate-authority.ts'
import { describeWith } from '../../support/skip.ts'
import { provideSynapse } from '../../support/synapse-unpack.ts'
import { startSynapse, type Synapse } from '../../support/synapse.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { screenshots } from '../support/screenshots.ts'
import { mouse } from './support/hands.ts'
import { expectWholeWay } from './support/walk.ts'
import { startWizardWorld, type WizardWorld } from './support/wizard-world.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'the whole wizard with a real Synapse', () => {
  let world: WizardWorld
  let synapse: Synapse
  beforeAll(async () => {
    const authority = await createAuthority(await createTempDir('authority'))
    synapse = await startSynapse({ identityServerUrl: 'https://127.0.0.1:9', trustCaFile: authority.caFile })
    world = await startWizardWorld()
  })
  afterAll(async () => {
    await world.stop()
    await synapse.stop()
  })

  it('from an empty data directory to a person of the directory who is found', async () => {
    const { page } = await world.begin()
    await expectWholeWay({
      ...{ page, world, language: 'en', hands: mouse(page) },
      homeserver: { domain: synapse.serverName, url: synapse.clientUrl },
      async atStep(name) {
        await page.evaluate(() => window.scrollTo(0, 0))
        await screenshots(page, `wizard-${name}`)
      },
    })
  })
})
