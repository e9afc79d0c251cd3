import { resolve } from 'node:path'
import type { Config } from './config/schema.ts'
import { readAuthorityFile } from './gateway/tls/read-authority-file.ts'

/**
 * PEM texts of the certification authorities that the operator trusts besides the usual ones.
 * @throws OperatorError `tls-unusable`.
 */
export async function authoritiesOf(config: Config, dataDir: string): Promise<string[]> {
  const { caFile } = config.network
  return caFile === null ? [] : [await readAuthorityFile(resolve(dataDir, caFile), 'network.caFile')]
}
