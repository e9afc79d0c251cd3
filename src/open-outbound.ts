import { join } from 'node:path'
import type { Config } from './config/schema.ts'
import type { SecretReader } from './config/secrets.ts'
import { createOutbound, type Outbound } from './federation/outbound.ts'
import { PeerFailure } from './federation/peer-failure.ts'
import { readKeyFile } from './keys/key-file.ts'
import { openKeyRing } from './keys/key-ring.ts'
import type { SigningKey } from './matrix/signing.ts'
import { createNetwork, type Network } from './network.ts'
import { authoritiesOf } from './pem-files.ts'
import { ownNames } from './public-url.ts'
import type { Runtime } from './runtime.ts'

export interface OpenOutbound extends Network {
  readonly outbound: Outbound
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
}

/** What asks other identity servers, as the server of this data directory has it; without limits for the operator. */
export async function openOutbound(
  { dataDir }: { readonly dataDir: string },
  { config, runtime, secrets }: { config: Config; runtime: Runtime; secrets: SecretReader },
): Promise<OpenOutbound> {
  const authorities = await authoritiesOf(config, dataDir)
  const network = createNetwork({ config, runtime, authorities })
  const outbound = createOutbound({
    ...network,
    config,
    runtime,
    secrets,
    ownNames: ownNames(config),
    signer: await signerOf(dataDir, runtime),
    budget: { take: () => {} },
  })
  return { ...network, outbound, authorities }
}

/** A command creates no keys: they would belong to the user who runs it, and the server could not read them. */
async function signerOf(dataDir: string, runtime: Runtime): Promise<() => SigningKey> {
  const file = join(dataDir, 'signing-keys.json')
  if ((await readKeyFile(file)) === null) {
    return () => {
      const fix = 'Start Signpost once; it makes them.'
      throw new PeerFailure('settings', 'There are no keys yet to sign the question with.', fix)
    }
  }
  const keyRing = await openKeyRing(file, runtime)
  return () => keyRing.active()
}
