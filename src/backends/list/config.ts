import type { z } from 'zod'
import { backendSection, uses } from '../section.ts'

export const listSection = backendSection('list', 'Rows kept in Signpost, with CSV import and export.', {
  uses: uses(['lookup', 'search', 'profile']),
})

export type ListConfig = z.output<typeof listSection>
