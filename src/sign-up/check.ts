import { MatrixError } from '../matrix/errors.ts'
import { NoTokens, tokenStage, type HomeserverAccounts } from './homeserver-accounts.ts'

/** Whether an invited person could sign up. */
export type SignUpCheck =
  | { readonly result: 'fine' }
  /** Codes of the doctor. */
  | {
      readonly result:
        | 'sign-up-without-tokens'
        | 'sign-up-closed'
        | 'sign-up-open'
        | 'sign-up-wants-more'
        | 'sign-up-without-homeserver'
      readonly detail: string
    }

/** A token that nobody gets to see is worthless soon. */
const TOKEN_LIFETIME_MS = 60_000

/** Makes a registration token, has the homeserver confirm it, and asks how it lets people register. Makes no account. */
export async function checkSignUp(accounts: HomeserverAccounts): Promise<SignUpCheck> {
  try {
    const token = await accounts.makeToken(TOKEN_LIFETIME_MS)
    if (!(await accounts.isValid(token))) {
      return {
        result: 'sign-up-closed',
        detail: 'The homeserver does not take the token that it has just made.',
      }
    }
    return verdictOf(await accounts.flows())
  } catch (error) {
    if (error instanceof NoTokens) return { result: 'sign-up-without-tokens', detail: error.message }
    if (error instanceof MatrixError) return { result: 'sign-up-without-homeserver', detail: error.message }
    throw error
  }
}

function verdictOf(flows: readonly (readonly string[])[] | null): SignUpCheck {
  if (flows === null) return { result: 'sign-up-closed', detail: 'The homeserver lets nobody register.' }
  const others = flows.filter((stages) => !stages.includes(tokenStage))
  if (others.length > 0) {
    const detail = `People can register without a token: ${others.map(named).join('; ')}.`
    return { result: 'sign-up-open', detail }
  }
  const isEnough = flows.some((stages) =>
    stages.every((one) => one === tokenStage || one === 'm.login.dummy'),
  )
  if (isEnough) return { result: 'fine' }
  return { result: 'sign-up-wants-more', detail: `To register takes ${flows.map(named).join(', or ')}.` }
}

const named = (stages: readonly string[]) => stages.join(', ')
