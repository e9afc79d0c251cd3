import { z } from 'zod'
import { parseUserId } from '../matrix/identifiers.ts'
import { verifyJson } from '../matrix/signing.ts'
import { canonicalAddress, type ThreePid } from '../matrix/threepid.ts'
import { PeerFailure, unusual } from './peer-failure.ts'
import type { PeerAnswer } from './peer.ts'

/** A signed association (r0.3.0, "lookup"). */
const associationSchema = z.looseObject({
  medium: z.string(),
  address: z.string(),
  mxid: z.string(),
  not_before: z.number(),
  not_after: z.number(),
  signatures: z.record(z.string(), z.record(z.string(), z.string())),
})
/** What mxisd's bridges answer: an association without signature, times or anything. */
const plainAssociationSchema = associationSchema.pick({ medium: true, address: true, mxid: true })
const nobodySchema = z.strictObject({})

/** How far the clock of a peer may be off. */
const CLOCK_SKEW_MS = 60_000
/** Of the signatures of an answer, this many are looked at. */
const MAX_SIGNATURES = 4

/** The key (unpadded base64) that the answering server publishes under an id; null when there is none. */
export type FindKey = (keyId: string) => Promise<string | null>

/**
 * Reads the answer to a v1 lookup of `asked`; null when nobody has the address. Throws PeerFailure: `answer` for another
 * address or an impossible Matrix ID, `signature` for one that is not signed by the peer or not valid now.
 */
export async function readAssociation(
  raw: unknown,
  asked: ThreePid,
  now: number,
  findKey: FindKey,
): Promise<PeerAnswer | null> {
  if (nobodySchema.safeParse(raw).success) return null
  const answer = read(associationSchema, raw)
  checkSubject(answer, asked)
  if (now < answer.not_before - CLOCK_SKEW_MS || now > answer.not_after + CLOCK_SKEW_MS) {
    const fix = 'Compare the clocks of both servers; otherwise its operator has to bind the address anew.'
    throw new PeerFailure('signature', 'The answer is signed for another time.', fix)
  }
  if (!(await isSigned(raw, answer.signatures, findKey))) {
    const fix = 'Its operator has to check its signing keys.'
    throw new PeerFailure('signature', 'The answer is not signed with a key that the server publishes.', fix)
  }
  return { mxid: answer.mxid, until: answer.not_after }
}

/** The same for a server that need not sign, because the operator chose it. */
export function readPlainAssociation(raw: unknown, asked: ThreePid): PeerAnswer | null {
  if (nobodySchema.safeParse(raw).success) return null
  const answer = read(plainAssociationSchema, raw)
  checkSubject(answer, asked)
  return { mxid: answer.mxid, until: null }
}

function read<T extends z.ZodType>(schema: T, raw: unknown): z.output<T> {
  const { data } = schema.safeParse(raw)
  if (data === undefined) throw new PeerFailure('answer', 'The answer is no association.', unusual)
  return data
}

function checkSubject(answer: z.output<typeof plainAssociationSchema>, asked: ThreePid): void {
  // Sydent answers with the address as it was bound, which may be spelt otherwise.
  const isSame =
    answer.medium === asked.medium && canonicalAddress(asked.medium, answer.address) === asked.address
  if (!isSame) throw new PeerFailure('answer', 'The answer is about another address.', unusual)
  if (parseUserId(answer.mxid) === null) {
    throw new PeerFailure('answer', 'The answer names no valid Matrix ID.', unusual)
  }
}

/** Under whatever name: mxisd signs as its Matrix domain, Sydent as its own, and v1 does not say which. */
async function isSigned(
  raw: unknown,
  signatures: Readonly<Record<string, Readonly<Record<string, string>>>>,
  findKey: FindKey,
): Promise<boolean> {
  const candidates = Object.entries(signatures).flatMap(([entity, byKey]) =>
    Object.keys(byKey).map((keyId) => ({ entity, keyId })),
  )
  for (const { entity, keyId } of candidates.slice(0, MAX_SIGNATURES)) {
    const key = await findKey(keyId)
    if (key !== null && verifyJson(raw, entity, new Map([[keyId, key]]))) return true
  }
  return false
}
