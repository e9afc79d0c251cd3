import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { SecretReader } from '../config/secrets.ts'
import { createAddressGuard } from '../net/address-guard.ts'
import { createHttpClient } from '../net/http-client.ts'
import { DnsFailure, type Resolver } from '../net/resolver.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { BackendFailure } from './failure.ts'
import type { BackendContext } from './kind.ts'
import type { BackendConfig } from './sections.ts'

/** What all backends of a process share. */
export interface BackendWorld {
  readonly runtime: Runtime
  readonly domain: string
  readonly dataDir: string
  readonly secrets: SecretReader
  readonly resolver: Resolver
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly storage: Storage | null
}

export function createBackendContext(config: BackendConfig, world: BackendWorld): BackendContext {
  const { runtime, domain, dataDir, resolver } = world
  const timeoutMs = 'timeout' in config ? config.timeout : 5_000

  async function authorities(caFile: string | null): Promise<readonly string[]> {
    if (caFile === null) return world.authorities
    const path = resolve(dataDir, caFile)
    try {
      return [...world.authorities, await readFile(path, 'utf8')]
    } catch (cause) {
      const fix = systemErrorFix(cause, path, 'read')
      throw new BackendFailure('configuration', explainSystemError(cause, path), fix, cause)
    }
  }

  return {
    ...runtime,
    log: runtime.log.child({ backend: config.id }),
    id: config.id,
    domain,
    dataDir,
    timeoutMs,
    storage: world.storage,
    authorities,
    async secret(source, key) {
      try {
        return await world.secrets.read(source, `backends.${config.id}.${key}`)
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error
        throw new BackendFailure('configuration', error.likelyCause, error.fix, error)
      }
    },
    async addresses(hostname) {
      const found = await resolver.addresses(hostname).catch((error: unknown) => {
        if (!(error instanceof DnsFailure)) throw error
        const fix = 'Check the DNS servers of this machine, or write the IP address.'
        throw new BackendFailure('dns', error.message, fix, error)
      })
      if (found.length > 0) return found
      const fix = 'Check the spelling of the name, or write the IP address.'
      throw new BackendFailure('dns', `The name ${hostname} has no IP address.`, fix)
    },
    async http(caFile) {
      return createHttpClient({
        resolver,
        // Asked for requests of strangers only; a backend's servers are the operator's.
        guard: createAddressGuard({ allowPrivate: [] }),
        caFile: await authorities(caFile),
        timeoutMs,
        log: runtime.log,
      })
    },
  }
}
