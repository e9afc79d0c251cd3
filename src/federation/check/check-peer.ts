import { mappingKey } from '../../lookup/mappings.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { centralPeer, noAccount } from '../central.ts'
import type { Peer, PeerAnswers } from '../peer.ts'
import type { ProtocolName } from '../protocol.ts'
import { chooseApi, findApis } from './apis.ts'
import { stepSignal, type CheckContext } from './context.ts'
import { checkAddresses, checkTls, readDns } from './reach.ts'
import { runSteps, type PeerCheckStep, type StepResult, type StepWork } from './step.ts'
import { checkAccount, checkKey, checkTerms } from './trust.ts'

/** From the DNS record of a domain to what its identity server would answer, step by step. */
export function checkDomain(context: CheckContext, domain: string): AsyncGenerator<PeerCheckStep> {
  const { outbound, clock } = context
  let peer: Peer
  let used: ProtocolName
  const ifV2 = (work: () => Promise<StepResult>) => async () => (used === 'v2' ? await work() : null)
  const steps: StepWork[] = [
    ['settings', async () => ofSettings(context, domain)],
    ['dns', async () => keep(await readDns(context, domain))],
    ['address', () => checkAddresses(context, peer)],
    ['tls', () => checkTls(context, peer)],
    [
      'api',
      async () => {
        const choice = chooseApi(context, await findApis(context, peer))
        used = choice.used
        return choice.result
      },
    ],
    ['key', () => checkKey(context, peer, used)],
    ['terms', ifV2(() => checkTerms(context, peer))],
    ['account', ifV2(() => checkAccount(context, peer))],
    [
      'answer',
      () =>
        answerOf(context, async (address) => {
          const { answers } = await outbound.protocols.lookup(peer, [address], stepSignal(context))
          return answers
        }),
    ],
  ]
  function keep(read: Awaited<ReturnType<typeof readDns>>): StepResult {
    peer = read.peer
    return read.result
  }
  return runSteps(clock, steps)
}

/** A central server, from its address to what it would answer. */
export function checkCentral(context: CheckContext, url: string): AsyncGenerator<PeerCheckStep> {
  const { outbound, clock, config } = context
  const configured = config.federation.central.find((one) => one.url === url)
  const peer = centralPeer({ url, terms: [], mediums: ['email'], ...configured })
  return runSteps(clock, [
    ['settings', async () => ofCentralSettings(configured !== undefined, url)],
    ['address', () => checkAddresses(context, peer)],
    ['tls', () => checkTls(context, peer)],
    ['terms', () => checkTerms(context, peer)],
    ['account', () => checkAccount(context, peer)],
    [
      'answer',
      () =>
        answerOf(context, async (address) => {
          if (outbound.v2 === null) throw noAccount()
          return await outbound.v2.lookup(peer, [address], stepSignal(context))
        }),
    ],
  ])
}

function ofSettings({ outbound }: CheckContext, domain: string): StepResult {
  const verdict = outbound.rules.mayAsk(domain)
  if (verdict.ask) return { detail: `${domain} may be asked.` }
  return { outcome: 'warning', detail: `Lookups do not go there: ${verdict.why}`, fix: verdict.fix }
}

function ofCentralSettings(isConfigured: boolean, url: string): StepResult {
  if (isConfigured) return { detail: 'It is asked for addresses that nobody else knows.' }
  return {
    outcome: 'warning',
    detail: 'Lookups do not go there: it is not among federation.central.',
    fix: `Add { url: ${url} } to federation.central. It learns the hashes of all addresses that nobody else knows.`,
  }
}

async function answerOf(
  { address }: CheckContext,
  lookup: (address: ThreePid) => Promise<PeerAnswers>,
): Promise<StepResult | null> {
  if (address === null) return null
  const answer = (await lookup(address)).get(mappingKey(address))
  return { detail: answer === undefined ? 'It knows nobody with this address.' : `It names ${answer.mxid}.` }
}
