import type { KeyRing } from '../../keys/key-ring.ts'
import type { ThreePid } from '../../matrix/threepid.ts'

/** 96 bits: no two addresses of one installation share a subject. */
const BYTES = 12

/**
 * Stands for an address in the log. Made with the secret of the key file, which is not in the database: whoever has the
 * database alone cannot try addresses.
 */
export function subjectOf(keyRing: Pick<KeyRing, 'derive'>, { medium, address }: ThreePid): string {
  return keyRing.derive('activity subject', `${medium} ${address}`).subarray(0, BYTES).toString('base64url')
}
