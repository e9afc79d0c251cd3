import type { z } from 'zod'
import { backendSection, timeout } from '../section.ts'

export const firebaseSection = backendSection('firebase', 'TODO', { timeout: timeout() })

export type FirebaseConfig = z.output<typeof firebaseSection>
