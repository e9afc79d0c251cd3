import type { CreateBackend } from '../kind.ts'
import type { FirebaseConfig } from './config.ts'

export const createFirebaseBackend: CreateBackend<FirebaseConfig> = async () => {
  throw new Error('not built yet')
}
