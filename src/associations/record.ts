import type { Recorder } from '../activity/log/entry.ts'
import type { Associations } from './associations.ts'

/** The same associations; what changes is in the activity log. */
export function recordAssociations(associations: Associations, recorder: Recorder): Associations {
  return {
    async bind(address, mxid) {
      const association = await associations.bind(address, mxid)
      const requester = { user: mxid }
      recorder.record({ kind: 'bind', action: 'bind', outcome: 'ok', address, mxid, requester })
      return association
    },
    async unbind(address, mxid) {
      const removed = await associations.unbind(address, mxid)
      const outcome = removed ? 'ok' : 'nothing'
      recorder.record({ kind: 'unbind', action: 'unbind', outcome, address, mxid })
      return removed
    },
  }
}
