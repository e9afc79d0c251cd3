import { createBackendContext, type BackendWorld } from '../../../src/backends/context.ts'
import { createBackend } from '../../../src/backends/kinds.ts'
import type { Asking, Backend } from '../../../src/backends/backend.ts'
import { backendSections, type BackendConfig } from '../../../src/backends/sections.ts'
import { createResolver } from '../../../src/net/resolver.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import type { z } from 'zod'
import { schoolDomain } from './school.ts'

export type BackendInput = z.input<typeof backendSections>

/** Real clock, randomness and DNS; secrets only as plain values. */
export function testWorld(changes: Partial<BackendWorld> = {}): BackendWorld {
  const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
  return {
    runtime,
    domain: schoolDomain,
    dataDir: '/nonexistent',
    secrets: {
      async read(source) {
        if (typeof source !== 'string') throw new Error('the test world has plain secrets only')
        return source
      },
    },
    resolver: createResolver({ servers: [], timeoutMs: 2_000, random: systemRandom }),
    authorities: [],
    storage: null,
    ...changes,
  }
}

/** A backend as the appliance builds it, from what would stand in `signpost.yaml`. */
export async function startBackend(
  input: BackendInput,
  changes: Partial<BackendWorld> = {},
): Promise<Backend> {
  const config: BackendConfig = backendSections.parse(input)
  return createBackend(config, createBackendContext(config, testWorld(changes)))
}

/** A question of the operator, with time enough. */
export function asking(ms = 10_000): Asking {
  return { signal: AbortSignal.timeout(ms), requester: { kind: 'operator', userId: null } }
}
