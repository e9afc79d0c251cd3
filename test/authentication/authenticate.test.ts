import { describe, expect, test } from 'vitest'
import { authenticate } from '../../src/authentication/authenticate.ts'
import type { AuthenticationAnswer } from '../../src/backends/backend.ts'
import { BackendFailure } from '../../src/backends/failure.ts'
import { stubAsked, type StubAsked } from '../backends/support/stub-asked.ts'

const anna = { success: true, mxid: '@anna:x', displayName: 'Anna', threepids: [] } as const
const login = (password: string) => ({ userId: '@anna:x', localpart: 'anna', domain: 'x', password })

function door(id: string, answer: AuthenticationAnswer | BackendFailure): StubAsked & { tried: string[] } {
  const tried: string[] = []
  const stub = stubAsked(
    id,
    {},
    {
      async authenticate({ password }) {
        tried.push(password)
        if (answer instanceof BackendFailure) throw answer
        return answer
      },
    },
  )
  return Object.assign(stub, { tried })
}

const down = new BackendFailure('connect', 'Down.', 'Start it.')

describe('a password', () => {
  test('is accepted by the first backend that knows it, and shown to no other', async () => {
    const [one, two, three] = [
      door('one', { success: false, reason: 'unknown-user' }),
      door('two', anna),
      door('three', anna),
    ]
    const outcome = await authenticate([one, two, three], login('secret'))
    expect(outcome).toMatchObject({ verdict: 'accepted', user: anna, source: 'two' })
    expect(outcome.sources.map((each) => [each.source, each.outcome])).toEqual([
      ['one', 'unknown-user'],
      ['two', 'accepted'],
    ])
    expect(three.tried).toEqual([])
  })

  test('that one backend refuses may be right for another', async () => {
    const outcome = await authenticate(
      [door('one', { success: false, reason: 'wrong-password' }), door('two', anna)],
      login('s'),
    )
    expect(outcome).toMatchObject({ verdict: 'accepted', source: 'two' })
  })

  test('is denied when every backend refuses it', async () => {
    const outcome = await authenticate(
      [door('one', { success: false, reason: 'wrong-password' })],
      login('s'),
    )
    expect(outcome).toMatchObject({ verdict: 'denied', user: null })
  })

  test('is not judged while a backend that might know it is down', async () => {
    const outcome = await authenticate(
      [door('one', down), door('two', { success: false, reason: 'unknown-user' })],
      login('s'),
    )
    expect(outcome).toMatchObject({ verdict: 'unavailable', user: null })
  })

  test('is accepted although an earlier backend is down', async () => {
    expect(await authenticate([door('one', down), door('two', anna)], login('s'))).toMatchObject({
      verdict: 'accepted',
    })
  })

  test('that is empty opens nothing, and is shown to nobody', async () => {
    const open = door('one', anna)
    expect(await authenticate([open], login(''))).toMatchObject({ verdict: 'denied' })
    expect(open.tried).toEqual([])
  })
})
