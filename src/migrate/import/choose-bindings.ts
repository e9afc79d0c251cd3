import type { AssociationTable } from '../../storage/schema.ts'
import type { Findings } from './findings.ts'
import type { StagedAddress, StagedBinding } from './stage.ts'

/** Whom an address belongs to, by the rules of `findings.ts`; null when it is nobody's. */
export function chooseBinding(
  findings: Findings,
  { bindings, unboundAt }: StagedAddress,
): AssociationTable | null {
  const standing = bindings.filter((binding) => !isUnbound(binding, unboundAt))
  const [winner, ...others] = standing
  if (winner === undefined) {
    const [former] = bindings
    if (former !== undefined) findings.add('unbound', former.spelling, `was of ${former.mxid}`)
    return null
  }
  for (const loser of others) noteLoser(findings, winner, loser)
  return {
    medium: winner.medium,
    address: winner.address,
    mxid: winner.mxid,
    bound_at: winner.ts,
    not_before: winner.notBefore,
    not_after: winner.notAfter,
  }
}

/** Unbinding deletes what was known of every origin; what stands beside it came later, or from a peer. */
function isUnbound({ ts, origin }: StagedBinding, unboundAt: number | null): boolean {
  if (unboundAt === null) return false
  return ts < unboundAt || (ts === unboundAt && origin !== 'peer')
}

/** The same binding in two tables is no loss. */
function noteLoser(findings: Findings, winner: StagedBinding, loser: StagedBinding): void {
  const isSame = loser.mxid === winner.mxid
  const isSpelling = loser.spelling !== winner.spelling
  if (isSame && !isSpelling) return
  const detail = `${loser.mxid}, bound ${day(loser.ts)}, gives way to ${winner.mxid}, bound ${day(winner.ts)}`
  findings.add(isSpelling ? 'two-spellings' : 'superseded', loser.spelling, detail)
}

const LATEST_DATE = 8.64e15

function day(milliseconds: number): string {
  return new Date(Math.min(milliseconds, LATEST_DATE)).toISOString().slice(0, 10)
}
