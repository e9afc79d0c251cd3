import type { Peer } from '../peer.ts'
import { PeerFailure } from '../peer-failure.ts'
import type { ProtocolName } from '../protocol.ts'
import { v1 } from '../v1-lookup.ts'
import { federationPath, hashDetailsSchema } from '../wire.ts'
import { jsonIn, matrixErrorIn } from '../peer-client.ts'
import { stepSignal, type CheckContext } from './context.ts'
import type { StepResult } from './step.ts'

const names = { signed: 'signed lookups of Signpost', v2: 'v2', v1: 'v1' } as const

/** Which APIs a peer has, the best first. Throws PeerFailure when nothing answers. */
export async function findApis(context: CheckContext, peer: Peer): Promise<ProtocolName[]> {
  const probes = {
    signed: `${federationPath}/hash_details`,
    v2: '/_matrix/identity/v2',
    v1,
  }
  const found: ProtocolName[] = []
  for (const name of ['signed', 'v2', 'v1'] as const) {
    const response = await context.outbound.client.ask(peer, {
      path: probes[name],
      signal: stepSignal(context),
    })
    const isRefused = name === 'signed' && matrixErrorIn(response)?.errcode === 'M_FORBIDDEN'
    const isThere =
      name === 'signed' ? hashDetailsSchema.safeParse(jsonIn(response)).success : isObject(jsonIn(response))
    if (isRefused || (response.status === 200 && isThere)) found.push(name)
  }
  return found
}

/** The API that will be used, by what both sides have. Throws PeerFailure when there is none. */
export function chooseApi(
  { config, outbound }: CheckContext,
  apis: readonly ProtocolName[],
): { readonly used: ProtocolName; readonly result: StepResult } {
  const allowed = new Set<ProtocolName>([
    'signed',
    ...(outbound.v2 === null ? [] : (['v2'] as const)),
    ...(config.federation.outbound.plain ? (['v1'] as const) : []),
  ])
  const list = apis.map((name) => names[name]).join(', ')
  const used = apis.find((name) => allowed.has(name))
  if (used !== undefined) return { used, result: { detail: `It has ${list}; ${names[used]} will be used.` } }
  if (apis.length === 0) {
    throw new PeerFailure(
      'not-spoken',
      'No identity server answers there.',
      'Its operator has to see what answers.',
    )
  }
  const ways = [
    ...(apis.includes('v2') ? ['federation.account to ask it for hashes'] : []),
    ...(apis.includes('v1') ? ['federation.outbound.plain: true to ask it in clear'] : []),
  ]
  throw new PeerFailure(
    'settings',
    `It has ${list}, which may not be used.`,
    `If you want that, set ${ways.join(', or ')}.`,
  )
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
