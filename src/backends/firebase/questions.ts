import { canonicalAddress, type ThreePid } from '../../matrix/threepid.ts'
import type {
  Asking,
  AuthenticationAnswer,
  FoundMapping,
  ListOrder,
  ListPage,
  Login,
  Profile,
} from '../backend.ts'
import { userOf } from '../person.ts'
import type { IdentityToolkit } from './api.ts'
import type { TokenClaims } from './id-token.ts'
import { readUserRecord, type FirebaseUser, type UserRules } from './users.ts'

/** The API takes this many identifiers at once. */
const batchSize = 100

export async function findMappings(
  api: IdentityToolkit,
  rules: UserRules,
  addresses: readonly ThreePid[],
  { signal }: Asking,
): Promise<readonly FoundMapping[]> {
  const askable = addresses.filter(isAskable)
  const found: FoundMapping[] = []
  for (let begin = 0; begin < askable.length; begin += batchSize) {
    const batch = askable.slice(begin, begin + batchSize)
    const asked = new Set(batch.map(nameOf))
    for (const user of await lookUpBatch(api, batch, signal)) {
      if (user.disabled === true) continue
      const { person } = readUserRecord(user, rules)
      const mxid = person?.mxid
      if (person === null || mxid === undefined) continue
      found.push(...person.addresses.filter((one) => asked.has(nameOf(one))).map((one) => ({ ...one, mxid })))
    }
  }
  return found
}

/**
 * Asks in halves when the API refuses a batch: it checks the form of addresses by rules of its own, and one that it
 * dislikes must not hide the others.
 */
async function lookUpBatch(
  api: IdentityToolkit,
  batch: readonly ThreePid[],
  signal: AbortSignal,
): Promise<readonly FirebaseUser[]> {
  const email = batch.filter(({ medium }) => medium === 'email').map(({ address }) => address)
  const phoneNumber = batch.filter(({ medium }) => medium === 'msisdn').map(({ address }) => `+${address}`)
  const users = await api.lookUp(
    { ...(email.length > 0 && { email }), ...(phoneNumber.length > 0 && { phoneNumber }) },
    signal,
  )
  if (users !== null) return users
  if (batch.length === 1) return []
  const middle = Math.ceil(batch.length / 2)
  const halves = [batch.slice(0, middle), batch.slice(middle)]
  return [
    ...(await lookUpBatch(api, halves[0] ?? [], signal)),
    ...(await lookUpBatch(api, halves[1] ?? [], signal)),
  ]
}

function isAskable({ medium, address }: ThreePid): boolean {
  return canonicalAddress(medium, address) === address
}

function nameOf({ medium, address }: ThreePid): string {
  return `${medium} ${address}`
}

export async function* listPeople(
  api: IdentityToolkit,
  rules: UserRules,
  { signal }: ListOrder,
): AsyncGenerator<ListPage> {
  for await (const users of api.pages(signal)) {
    const people = users
      .filter(({ disabled }) => disabled !== true)
      .map((user) => readUserRecord(user, rules))
    if (people.length > 0) yield { type: 'people', people }
  }
  yield { type: 'end', incremental: false, cursor: null }
}

/** The password is an ID token, which an app gets from Firebase for the user who logged in there. */
export async function authenticate(
  api: IdentityToolkit,
  rules: UserRules,
  verify: (token: string, signal: AbortSignal) => Promise<TokenClaims | null>,
  login: Login,
  { signal }: Asking,
): Promise<AuthenticationAnswer> {
  const uid = uidOf(login.userId, rules)
  if (uid === null) return { success: false, reason: 'unknown-user' }
  const claims = await verify(login.password, signal)
  if (claims === null || claims.uid !== uid) return { success: false, reason: 'wrong-password' }

  const user = await userById(api, uid, signal)
  if (user === null) return { success: false, reason: 'unknown-user' }
  if (user.disabled === true) return { success: false, reason: 'not-allowed' }
  // Set when a password is changed or sessions are revoked: tokens of earlier logins are void.
  if (claims.authTime < Number(user.validSince ?? 0)) return { success: false, reason: 'wrong-password' }
  const { person } = readUserRecord(user, rules)
  if (person === null) return { success: false, reason: 'unknown-user' }
  return { success: true, mxid: person.mxid, displayName: person.displayName, threepids: person.addresses }
}

export async function profile(
  api: IdentityToolkit,
  rules: UserRules,
  userId: string,
  { signal }: Asking,
): Promise<Profile | null> {
  const uid = uidOf(userId, rules)
  const user = uid === null ? null : await userById(api, uid, signal)
  if (user === null || user.disabled === true) return null
  const { person } = readUserRecord(user, rules)
  if (person === null) return null
  return { displayName: person.displayName, threepids: person.addresses, roles: [], photo: null }
}

/** Null for what cannot be a user id of this project: 1 to 128 characters. */
function uidOf(userId: string, { domain }: UserRules): string | null {
  const uid = userOf(userId, { domain, userType: 'localpart', unsuitable: 'reject', defaultCountry: null })
  return uid === null || uid === '' || uid.length > 128 || uid.includes('\0') ? null : uid
}

async function userById(
  api: IdentityToolkit,
  uid: string,
  signal: AbortSignal,
): Promise<FirebaseUser | null> {
  const users = await api.lookUp({ localId: [uid] }, signal)
  return users?.find(({ localId }) => localId === uid) ?? null
}
