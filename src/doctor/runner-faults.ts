import type { Faults } from './check.ts'

/** Faults of the doctor's own run; they may come with any check. */
export const runnerFaults = {
  'check-too-slow': {
    status: 'warning',
    meaning: 'A check was given up because it took too long, so nobody knows what it would have found.',
    cause: 'What it asks is slow or swallows the question; its other findings usually tell what.',
    fix: 'Mend the other findings first, then run the doctor again.',
  },
  'check-failed': {
    status: 'warning',
    meaning: 'A check broke off without a result. This is a defect of Signpost.',
    cause: 'Something answered in a way that Signpost does not expect.',
    fix: 'Please report it, with what the log says (on the terminal it stands above the report).',
  },
} as const satisfies Faults
