import type { Config } from '../../config/schema.ts'
import { mappingKey } from '../../lookup/mappings.ts'
import { MatrixError } from '../../matrix/errors.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { checkPolicy } from '../policy.ts'
import { readAddresses } from './read-addresses.ts'

/**
 * `mail`: nobody is known, a mail goes out. `direct`: the owner is invited as a Matrix user. `invalid`: no address in the
 * row. `duplicate`: it stands further above. `blocked`: the policies refuse it.
 */
export type Becomes = 'mail' | 'direct' | 'invalid' | 'duplicate' | 'blocked'

export interface PreviewRow {
  readonly line: number
  /** Canonical address, or the text of the row where there is none. */
  readonly address: string
  readonly becomes: Becomes
  readonly mxid: string | null
}

export interface PreviewOptions {
  readonly config: Config
  /** Who owns which address. */
  readonly find: (addresses: readonly ThreePid[]) => Promise<ReadonlyMap<string, { readonly mxid: string }>>
  /** For the policies; null while the account or the room are not known. */
  readonly by: { readonly sender: string; readonly senderServer: string; readonly roomId: string } | null
}

/** What each row of the file becomes when the list is invited. */
export async function previewList(options: PreviewOptions, csv: string): Promise<readonly PreviewRow[]> {
  const rows = readAddresses(csv)
  const addresses = [...new Set(rows.flatMap(({ address }) => address ?? []))]
  const owners = await options.find(addresses.map(asThreePid))
  const seen = new Set<string>()
  return rows.map(({ line, address, text }) => {
    if (address === null) return { line, address: text, becomes: 'invalid', mxid: null }
    const isFirst = !seen.has(address)
    seen.add(address)
    const mxid = owners.get(mappingKey(asThreePid(address)))?.mxid ?? null
    if (!isFirst) return { line, address, becomes: 'duplicate', mxid }
    if (mxid !== null) return { line, address, becomes: 'direct', mxid }
    return { line, address, becomes: isBlocked(options, address) ? 'blocked' : 'mail', mxid }
  })
}

const asThreePid = (address: string): ThreePid => ({ medium: 'email', address })

/** The rules that would refuse it on its way back from the homeserver, which calls every refusal an error of its own. */
export function isBlocked({ config, by }: Pick<PreviewOptions, 'config' | 'by'>, address: string): boolean {
  const { sender, senderServer, roomId } = by ?? { sender: '', senderServer: '', roomId: '' }
  try {
    checkPolicy(config.invitations.blocked, {
      ...{ medium: 'email', address, sender, senderServer, roomId, properties: {} },
    })
    return false
  } catch (error) {
    if (error instanceof MatrixError) return true
    throw error
  }
}
