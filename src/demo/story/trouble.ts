import { deliveryThat } from './deliveries.ts'
import { invite, membersOf, namesOf, signUpAndAskForMail } from './inviting.ts'
import { annasOwnAddress, tomaszAddress, type Step } from './plot.ts'

const homeserverIsDown: Step = {
  id: 'homeserver-down',
  title: 'The homeserver is down at the wrong moment',
  async tell(plot) {
    const { world, scene, tomasz } = plot
    scene.say(
      'Anna invites Tomasz Nowak, a father, in the same way. He gets the mail, signs up and proves his address. Then ' +
        'somebody switches the homeserver off, and Tomasz publishes his address just now.',
    )
    await invite(plot, tomaszAddress)
    const invitation = await world.mailbox.next(tomaszAddress, plot.signal)
    const proof = await signUpAndAskForMail(plot, tomasz, tomaszAddress)
    await tomasz.open(proof.link ?? '')
    scene.skipExchanges()
    scene.mailAgain(invitation)
    scene.mailAgain(proof)
    await world.homeserver.switchOff()
    const reply = await tomasz.publish()
    scene.check('Tomasz is served all the same: his address is published.', reply.status === 200)
    scene.say('Signpost tries to hand the invitation over, and nobody answers.')
    const waiting = await deliveryThat(plot, 'the first attempt', ({ lastError }) => lastError !== null)
    scene.rows([
      'in the outbox   1 invitation, for the homeserver',
      `last attempt    ${waiting.lastError?.split(': ', 1)[0] ?? ''}`,
    ])
    scene.check('The invitation waits in the outbox, on disk. Nothing is lost.', waiting.state === 'queued')
  },
}

const homeserverIsBack: Step = {
  id: 'homeserver-back',
  title: 'The homeserver is back, and the invitation arrives',
  async tell(plot) {
    const { world, scene, tomasz, roomId } = plot
    scene.say(
      'The homeserver is switched on again. Nobody has to press anything: Signpost tries again after seconds, later ' +
        'after minutes and hours, for up to 30 days.',
    )
    await world.homeserver.switchOn()
    const delivery = await deliveryThat(plot, 'another attempt', ({ state }) => state === 'done')
    await tomasz.homeserver('POST', `/v3/rooms/${roomId}/join`, {})
    scene.check(`The invitation arrived, with attempt ${delivery.attempts}.`, delivery.attempts > 1)
    const joined = await membersOf(plot)
    scene.check(`In the room are now ${namesOf(joined)}.`, joined.includes(tomasz.userId))
  },
}

const unpublish: Step = {
  id: 'unpublish',
  title: 'Anna takes her private address back',
  async tell({ world, scene, anna, mateo, signal }) {
    scene.say(
      'Anna does not want to be found by her private address any more (“unbind”). Her homeserver signs the request, ' +
        'and Signpost checks the signature with the key of the homeserver: nobody can do this in her name.',
    )
    const reply = await anna.unpublish(annasOwnAddress)
    scene.check('The address is unpublished.', reply.status === 200)
    const found = await mateo.find(annasOwnAddress)
    scene.check('Mateo does not find her by it any more.', found === null)
    scene.mailAgain(await world.mailbox.next(annasOwnAddress, signal))
    const atSchool = await mateo.find('anna.keller@linden.example')
    scene.skipExchanges()
    scene.check('By her school address she is found as before.', atSchool === anna.userId)
  },
}

export const troubleSteps: readonly Step[] = [homeserverIsDown, homeserverIsBack, unpublish]
