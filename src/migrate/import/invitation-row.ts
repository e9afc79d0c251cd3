import type { ThreePid } from '../../matrix/threepid.ts'
import { readAddress, readMatrixId } from './address.ts'
import type { Reading } from './data.ts'
import { isOtherEncoding } from './values.ts'

/** What every invitation has, by whatever names. */
export interface InvitationRow {
  readonly medium: string | null
  readonly address: string | null
  readonly roomId: string | null
  readonly sender: string | null
  readonly token: string | null
}

export interface CheckedInvitation extends ThreePid {
  readonly roomId: string
  readonly sender: string
  readonly token: string
}

/** The row when nothing is missing and its token comes for the first time; null, with a finding, otherwise. */
export function checkInvitation(
  { findings, stage }: Reading,
  name: string,
  row: InvitationRow,
): CheckedInvitation | null {
  const { medium, address, roomId, sender, token } = row
  if (isOtherEncoding({ ...row })) {
    findings.add('other-encoding', name, `${address}`)
    return null
  }
  if (medium === null || address === null || roomId === null || sender === null || token === null) {
    findings.add('missing-value', name, 'medium, address, room, sender or token')
    return null
  }
  const threePid = readAddress(findings, name, medium, address)
  if (threePid === null || readMatrixId(findings, name, sender) === null) return null
  if (stage.isFirst('invitation', token)) return { ...threePid, roomId, sender, token }
  findings.add('duplicate-token', name, `${address}, room ${roomId}`)
  return null
}
