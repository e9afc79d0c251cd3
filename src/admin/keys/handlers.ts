import type { Config } from '../../config/schema.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { LookupIndex } from '../../lookup/lookup-index.ts'
import { latestPeppers } from '../../lookup/peppers.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { keysContract } from './contract.ts'

export interface KeysOptions {
  readonly storage: Storage
  readonly config: () => Config
  readonly keyRing: KeyRing
  readonly index: LookupIndex
  readonly jobs: Jobs
  /** True when the key that seals secrets came from the desktop app's keychain. */
  readonly sealingKeyIsElsewhere: boolean
}

export function createKeysHandlers(options: KeysOptions): Handlers<typeof keysContract> {
  const { storage, config, keyRing, index, jobs } = options
  return {
    async 'GET /api/keys'() {
      const [newest] = await latestPeppers(storage.db)
      const { rotateEvery, grace } = config().lookup.pepper
      return {
        signing: keyRing.list(),
        pepper: {
          createdAt: newest?.createdAt ?? null,
          nextRotation: newest === undefined ? null : newest.createdAt + rotateEvery,
          grace,
          mappings: index.stats()?.mappings ?? null,
        },
        sealingKey: options.sealingKeyIsElsewhere ? 'keychain' : 'file',
      }
    },

    async 'POST /api/keys/rotate'(_input, { note }) {
      const before = keyRing.active().id
      const { id } = await keyRing.rotate()
      note({ target: id, before, after: id })
      return { id }
    },

    async 'POST /api/keys/rotate-pepper'() {
      const job = jobs.start({
        kind: 'rotation',
        target: 'pepper',
        cancellable: false,
        work: async ({ step }) => {
          step('building')
          await index.rotate()
          return { mappings: index.stats()?.mappings ?? null }
        },
      })
      return { job }
    },
  }
}
