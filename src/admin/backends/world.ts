import type { BackendWorld } from '../../backends/context.ts'
import { loadConfig } from '../../config/load.ts'
import type { SecretReader } from '../../config/secrets.ts'
import { createResolver } from '../../net/resolver.ts'
import { authoritiesOf } from '../../pem-files.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { createDraftStore } from '../wizard/draft-store.ts'
import { loadDraft } from '../wizard/preview.ts'
import { sectionsIn, type SectionValues } from './sections.ts'

export interface TrialOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly secrets: SecretReader
  readonly storage: Storage
}

/** What a section is tried in before it counts. */
export interface TrialWorld {
  readonly world: BackendWorld
  /** The sections in which a secret may be that was not sent again; those of the draft come first. */
  readonly former: readonly SectionValues[]
}

/** Longest wait for one answer of DNS. */
const DNS_TIMEOUT_MS = 3_000

/** The world of the file, or of the wizard's draft on top of it. Throws `ConfigError`. */
export async function openTrialWorld(options: TrialOptions, draft: boolean): Promise<TrialWorld> {
  const { dataDir, runtime, secrets, storage } = options
  const { backends, ...others } = draft ? ((await createDraftStore(storage).read())?.settings ?? {}) : {}
  // Without its backends: what is not finished there must not keep anybody from trying it.
  const { config, values } = draft ? await loadDraft(dataDir, others) : await loadConfig(dataDir)
  const world: BackendWorld = {
    ...{ runtime, dataDir, secrets, storage },
    domain: config.matrix.domain,
    authorities: await authoritiesOf(config, dataDir),
    resolver: createResolver({
      servers: config.network.dnsServers,
      timeoutMs: DNS_TIMEOUT_MS,
      random: runtime.random,
    }),
  }
  const drafted = backends === undefined ? [] : sectionsIn({ backends })
  return { world, former: [...drafted, ...sectionsIn(values)] }
}
