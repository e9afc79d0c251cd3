import type { Runtime } from '../../runtime.ts'
import { countLinks, latestSignUps } from '../../sign-up/links.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import type { integrationsContract } from './contract.ts'

export interface SignUpAreaOptions {
  readonly runtime: Pick<Runtime, 'clock'>
  readonly storage: Pick<Storage, 'db'>
}

/** As many as fit on a page without scrolling. */
const LATEST = 10

export function createSignUpHandlers({
  runtime,
  storage: { db },
}: SignUpAreaOptions): Pick<Handlers<typeof integrationsContract>, 'GET /api/integrations/sign-up'> {
  return {
    async 'GET /api/integrations/sign-up'() {
      const [counts, latest] = await Promise.all([
        countLinks(db, runtime.clock.now()),
        latestSignUps(db, LATEST),
      ])
      return { ...counts, latest: [...latest] }
    },
  }
}
