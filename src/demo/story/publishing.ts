import { z } from 'zod'
import { isJsonObject } from '../../matrix/canonical-json.ts'
import { verifyJson } from '../../matrix/signing.ts'
import type { Reply } from '../ask.ts'
import { demoDomain } from '../people.ts'
import { annasOwnAddress, type Plot, type Step } from './plot.ts'

const proveAddress: Step = {
  id: 'prove-address',
  title: 'Anna proves that a second address is hers',
  async tell({ world, scene, anna, signal }) {
    scene.say(
      'Friends know Anna by her private address, which is not in the list of the school. She may publish only what ' +
        'is really hers, so Signpost writes to that address.',
    )
    await anna.startProof(annasOwnAddress)
    const mail = await world.mailbox.next(annasOwnAddress, signal)
    scene.mail(mail)
    scene.say('Anna opens the link in the mail.')
    const page = await anna.open(mail.link ?? '')
    scene.check('A web page thanks her.', page.status === 200)
    scene.check('Signpost confirms it: the address is proven.', await anna.isProven())
    scene.check(
      'Nobody is found by it yet: proven is not published.',
      (await anna.find(annasOwnAddress)) === null,
    )
  },
}

const publishAddress: Step = {
  id: 'publish-address',
  title: 'Anna lets people find her by it',
  async tell({ world, scene, anna }) {
    scene.say(
      'Now she publishes it: from here on, this address leads to Anna (the word for it is “bind”). Signpost signs ' +
        'its answer, so that anybody can see later that it came from here.',
    )
    const reply = await anna.publish()
    scene.check(`${annasOwnAddress} leads to ${mxidOf(reply)}.`, mxidOf(reply) === anna.userId)
    scene.check('The signature fits the public key of Signpost.', await isGenuine(world, reply))
  },
}

const beFound: Step = {
  id: 'be-found',
  title: 'A colleague finds her',
  async tell({ scene, mateo, anna }) {
    scene.say('Mateo Fernández signs in, too. His address book has Anna’s private address.')
    await mateo.enterHomeserver('sign-in')
    await mateo.introduce()
    scene.skipExchanges()
    const found = await mateo.find(annasOwnAddress)
    scene.check(`Mateo finds ${found ?? 'nobody'} and can write to her.`, found === anna.userId)
  },
}

const signatures = z.record(z.string(), z.record(z.string(), z.string()))

function mxidOf({ body }: Reply): string {
  return z.looseObject({ mxid: z.string() }).safeParse(body).data?.mxid ?? 'nobody'
}

/** Fetches the public key that the signature names, and checks the one with the other. */
async function isGenuine(world: Plot['world'], { body }: Reply): Promise<boolean> {
  const signed = isJsonObject(body) ? signatures.safeParse(body['signatures']).data : undefined
  const [keyId = ''] = Object.keys(signed?.[demoDomain] ?? {})
  const path = `/_matrix/identity/v2/pubkey/${keyId}`
  const reply = await world.ask(world.signpost, { from: 'anybody', to: 'Signpost', method: 'GET', path })
  const key = z.object({ public_key: z.string() }).safeParse(reply.body).data
  return key !== undefined && verifyJson(body, demoDomain, new Map([[keyId, key.public_key]]))
}

export const publishingSteps: readonly Step[] = [proveAddress, publishAddress, beFound]
