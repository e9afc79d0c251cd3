import { resolve } from 'node:path'
import type { Config } from '../../../config/schema.ts'
import type { SecretReader } from '../../../config/secrets.ts'
import { acmeNames } from '../names.ts'
import { readAuthorityFile } from '../read-authority-file.ts'
import type { AccountOptions } from './account.ts'
import type { AcmeWish } from './wish.ts'

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
const LETS_ENCRYPT_STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory'

/** What the configuration wants from which authority. */
export function wishOf(config: Config): AcmeWish {
  const { directory, stagingDirectory, challenge, httpPort, email, eab, caFile } = config.server.tls.acme
  const { host } = config.server.listen
  return {
    names: acmeNames(config),
    directory,
    stagingDirectory: stagingDirectory ?? (directory === LETS_ENCRYPT ? LETS_ENCRYPT_STAGING : null),
    challenge,
    responder: httpPort === null ? null : { host, port: httpPort },
    circumstances: [email, eab.keyId, caFile],
  }
}

export interface AcmeInputs {
  /** PEM texts of the authorities that sign the ACME server itself. */
  readonly authorities: readonly string[]
  readonly external: AccountOptions['external']
}

/** Reads what the configuration only names: files and secrets. Throws OperatorError. */
export async function readAcmeInputs(
  { server }: Config,
  dataDir: string,
  secrets: SecretReader,
): Promise<AcmeInputs> {
  const { eab, caFile } = server.tls.acme
  const { keyId, hmacKey } = eab
  return {
    authorities:
      caFile === null ? [] : [await readAuthorityFile(resolve(dataDir, caFile), 'server.tls.acme.caFile')],
    external:
      keyId === null || hmacKey === null
        ? null
        : { keyId, hmacKey: await secrets.read(hmacKey, 'server.tls.acme.eab.hmacKey') },
  }
}
