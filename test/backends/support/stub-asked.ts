import type { Asked, AskedBackend } from '../../../src/backends/ask.ts'
import type { Backend } from '../../../src/backends/backend.ts'
import { BackendFailure } from '../../../src/backends/failure.ts'
import type { BackendConfig } from '../../../src/backends/sections.ts'

/** A backend in a pipeline that answers from a table, and notes what it was asked. */
export interface StubAsked extends AskedBackend {
  readonly asked: string[][]
  /** Set to let it fail. */
  failure: BackendFailure | null
  /** Awaited before each answer. */
  delay: Promise<unknown> | null
}

export function stubAsked(
  id: string,
  table: Readonly<Record<string, string | readonly string[]>>,
  more: Partial<Backend> = {},
): StubAsked {
  const backend: Backend = {
    async findMappings(addresses) {
      stub.asked.push(addresses.map(({ address }) => address))
      await stub.delay
      if (stub.failure !== null) throw stub.failure
      return addresses.flatMap(({ medium, address }) =>
        [table[address] ?? []].flat().map((mxid) => ({ medium, address, mxid })),
      )
    },
    async *check() {},
    async close() {},
    ...more,
  }
  const stub: StubAsked = {
    id,
    config: { id, type: 'rest', enabled: true } as BackendConfig,
    asked: [],
    failure: null,
    delay: null,
    isUsedFor: () => true,
    async ask(_use, requester, work) {
      try {
        const value = await work(backend, { signal: AbortSignal.timeout(5_000), requester })
        return { outcome: 'answered', value, ms: 1 }
      } catch (error) {
        if (!(error instanceof BackendFailure)) throw error
        return { outcome: 'failed', failure: error, ms: 1 } satisfies Asked<never>
      }
    },
    state: () => ({ breaker: 'closed', lastFailure: null }),
    async close() {},
  }
  return stub
}
