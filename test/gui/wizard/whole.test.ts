import { afterAll, beforeAll, it } from 'vitest'
import type { HttpPeer } from '../../support/http-peer.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable } from '../../support/slapd.ts'
import { expectNoAxeViolations } from '../support/axe.ts'
import { noChromium } from '../support/gui.ts'
import { screenshots } from '../support/screenshots.ts'
import { keyboard, mouse } from './support/hands.ts'
import { startDiscoverableHomeserver } from './support/homeserver.ts'
import { expectWholeWay } from './support/walk.ts'
import { startWizardWorld, type WizardWorld } from './support/wizard-world.ts'

const unavailable = noChromium ?? slapdUnavailable()

describeWith(
  'Chromium and slapd',
  unavailable,
  'the whole wizard, from nothing to a person who is found',
  () => {
    const domain = 'school.example'
    let world: WizardWorld
    let peer: HttpPeer
    let homeserver: { readonly domain: string; readonly url: string }
    beforeAll(async () => {
      world = await startWizardWorld()
      peer = await startDiscoverableHomeserver(domain)
      homeserver = { domain, url: `http://127.0.0.1:${peer.port}` }
    })
    afterAll(async () => {
      await world.stop()
      await peer.close()
    })

    it('in German, every step without a fault of accessibility, in light and dark', async () => {
      const { page } = await world.begin('de')
      await expectWholeWay({
        ...{ page, world, homeserver, language: 'de', hands: mouse(page) },
        async atStep(name) {
          await expectNoAxeViolations(page)
          await page.evaluate(() => window.scrollTo(0, 0))
          await screenshots(page, `wizard-${name}-de`)
        },
      })
      // Eleven pages, each looked at in two schemes and two widths.
    }, 120_000)

    it('with the keyboard alone', async () => {
      const { page } = await world.begin()
      await expectWholeWay({ page, world, homeserver, language: 'en', hands: keyboard(page) })
    })
  },
)
