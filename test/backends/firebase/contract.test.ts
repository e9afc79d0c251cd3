import { afterAll, beforeAll } from 'vitest'
import { startBackend } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { school, type SchoolPerson } from '../support/school.ts'
import {
  createIdToken,
  createSigningKey,
  startStandInFirebase,
  type StandInFirebase,
} from './stand-in-firebase.ts'

const key = createSigningKey('first')

/** Users of Firebase have one address, one number and, as their password, a token. Its addresses are lower-case. */
const people: readonly SchoolPerson[] = await Promise.all(
  school.map(async (person) => {
    const canonical = (['email', 'msisdn'] as const).flatMap((medium) =>
      person.canonical.filter((one) => one[0] === medium && !/[^\x20-\x7e]/.test(one[1])).slice(0, 1),
    )
    return { ...person, canonical, password: await createIdToken(key, person.localpart) }
  }),
)

let firebase: StandInFirebase
beforeAll(async () => {
  const users = people.map(({ localpart, name, canonical }) => {
    const valueOf = (medium: string) => canonical.find((one) => one[0] === medium)?.[1]
    const phone = valueOf('msisdn')
    return {
      localId: localpart,
      displayName: name,
      email: valueOf('email') ?? '',
      emailVerified: true,
      ...(phone !== undefined && { phoneNumber: `+${phone}` }),
    }
  })
  firebase = await startStandInFirebase(users, [key])
})
afterAll(() => firebase.close())

backendContract(
  'firebase',
  () =>
    startBackend({
      id: 'firebase',
      type: 'firebase',
      credentials: firebase.credentials,
      apiUrl: firebase.url,
      certificatesUrl: `${firebase.url}/keys`,
    }),
  { can: ['find', 'list', 'authenticate', 'profile'], people },
)
