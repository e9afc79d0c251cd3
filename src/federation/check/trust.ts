import { noAccount } from '../central.ts'
import { readAnswer } from '../peer-client.ts'
import { openPolicies, readPolicies } from '../peer-terms.ts'
import type { Peer } from '../peer.ts'
import type { ProtocolName } from '../protocol.ts'
import { hashDetailsSchema } from '../wire.ts'
import { stepSignal, type CheckContext } from './context.ts'
import type { StepResult } from './step.ts'

/** The first key of Signpost, mxisd, ma1sd and Sydent. */
const USUAL_KEY = 'ed25519:0'

/** With which key it signs and, for a Signpost, whether it takes our signature. Throws PeerFailure. */
export async function checkKey(context: CheckContext, peer: Peer, used: ProtocolName): Promise<StepResult> {
  const { signed, keys } = context.outbound
  if (used === 'signed') {
    const { origin, keyId } = await signed.exchange(peer, [], stepSignal(context))
    const key = await keys.ofPeer(peer, keyId, stepSignal(context))
    return { detail: `It signs as ${origin} with ${keyId} (${key ?? 'unknown'}), and accepts our signature.` }
  }
  const key = await keys.ofPeer(peer, USUAL_KEY, stepSignal(context))
  if (key !== null) return { detail: `It publishes ${USUAL_KEY} (${key}).` }
  return {
    outcome: 'warning',
    detail: `It publishes no key ${USUAL_KEY}.`,
    fix: 'Nothing, if it signs with another key; the step "answer" would tell.',
  }
}

/** The terms of a v2 server, and whether the configuration accepts them. */
export async function checkTerms(context: CheckContext, peer: Peer): Promise<StepResult> {
  const policies = await readPolicies(context.outbound.client, peer, stepSignal(context))
  if (policies.length === 0) return { detail: 'It has no terms.' }
  const central = context.config.federation.central.find(({ url }) => url === peer.name)
  const open = openPolicies(policies, central?.terms ?? [])
  const list = policies.map(({ id, urls }) => `${id}: ${urls.join(' or ')}`).join('; ')
  if (open.length === 0) return { detail: `Its terms are accepted: ${list}` }
  return {
    outcome: 'warning',
    detail: `Its terms are not accepted: ${list}`,
    fix:
      peer.trust === 'operator'
        ? `If you accept them, list one URL of each under "terms" of ${peer.name} in federation.central.`
        : 'It may refuse to answer; Signpost accepts terms of central servers only.',
  }
}

/** Whether an account can be opened there and used. Throws PeerFailure. */
export async function checkAccount({ outbound, ...context }: CheckContext, peer: Peer): Promise<StepResult> {
  if (outbound.accounts === null) throw noAccount()
  const path = '/_matrix/identity/v2/hash_details'
  const signal = stepSignal({ outbound, ...context })
  const response = await outbound.accounts.ask(peer, { path, signal })
  readAnswer(response, hashDetailsSchema, 'The question for the pepper')
  return { detail: `It answers ${context.config.federation.account.userId ?? 'our account'}.` }
}
