import type { DoctorCheck } from '../check.ts'
import { NotPossible } from '../fact.ts'

/** Checks whose subject an installation may not have: they stand in the report, so that nobody takes them for done. */
export const applicationService: DoctorCheck = {
  code: 'application-service',
  area: 'homeserver',
  title: 'the application service',
  faults: {},
  run: () => Promise.reject(new NotPossible('Signpost is not registered as an application service.')),
}

export const update: DoctorCheck = {
  code: 'update',
  area: 'updates',
  title: 'whether there is a newer version',
  faults: {},
  // Asking would tell somebody outside that this Signpost exists.
  run: () => Promise.reject(new NotPossible('Signpost does not ask for updates by itself.')),
}
