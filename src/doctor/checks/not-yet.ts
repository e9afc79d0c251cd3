import type { DoctorCheck } from '../check.ts'
import { NotPossible } from '../fact.ts'

/** Stands in the report, so that nobody takes it for done. */
export const update: DoctorCheck = {
  code: 'update',
  area: 'updates',
  title: 'whether there is a newer version',
  faults: {},
  // Asking would tell somebody outside that this Signpost exists.
  run: () => Promise.reject(new NotPossible('Signpost does not ask for updates by itself.')),
}
