import { createPattern } from '../config/pattern.ts'
import type { Config } from '../config/schema.ts'
import { canonicalDomain, type ThreePid } from '../matrix/threepid.ts'

type Rules = Config['registration']

export interface RegistrationFacts {
  /** Whether an invitation waits for the address. */
  readonly isInvited: (address: ThreePid) => Promise<boolean>
  /** Whether a backend knows the address; null when one that may know it could not be asked. */
  readonly isMember: (address: ThreePid) => Promise<boolean | null>
}

/** Why an address may register, or may not. `rule`: the entry of the lists that decided. */
export type RegistrationVerdict =
  | { readonly allowed: true; readonly because: 'invited' | 'member' | 'others' }
  | { readonly allowed: true; readonly because: 'allowed'; readonly rule: string }
  | { readonly allowed: false; readonly because: 'denied'; readonly rule: string }
  | { readonly allowed: false; readonly because: 'others' | 'unclear' }

/** First what costs nothing; an invitation opens the door whatever else is said, as in mxisd. */
export async function judgeRegistration(
  rules: Rules,
  address: ThreePid,
  { isInvited, isMember }: RegistrationFacts,
): Promise<RegistrationVerdict> {
  if (rules.invited && (await isInvited(address))) return { allowed: true, because: 'invited' }
  const denied = ruleFor(rules, 'deny', address)
  if (denied !== null) return { allowed: false, because: 'denied', rule: denied }
  const allowed = ruleFor(rules, 'allow', address)
  if (allowed !== null) return { allowed: true, because: 'allowed', rule: allowed }
  const member = rules.members && (await isMember(address))
  if (member === true) return { allowed: true, because: 'member' }
  if (member === null && rules.others === 'refuse') return { allowed: false, because: 'unclear' }
  return { allowed: rules.others === 'allow', because: 'others' }
}

function ruleFor(rules: Rules, list: 'allow' | 'deny', { medium, address }: ThreePid): string | null {
  const domain = medium === 'email' ? address.slice(address.lastIndexOf('@') + 1) : null
  return (
    (domain === null ? undefined : rules.domains[list].find((entry) => isInDomain(domain, entry))) ??
    rules.patterns[list].find((source) => createPattern(source).match(address) !== null) ??
    null
  )
}

/** `example.org`: itself; `.example.org`: what is below it; `*example.org`: both. `anexample.org` is none of them. */
export function isInDomain(domain: string, entry: string): boolean {
  const name = canonicalDomain(entry.replace(/^[*.]/, ''))
  if (name === null) return false
  const isItself = domain === name
  const isBelow = domain.endsWith(`.${name}`)
  if (entry.startsWith('*')) return isItself || isBelow
  return entry.startsWith('.') ? isBelow : isItself
}
