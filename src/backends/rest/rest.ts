import type { CreateBackend } from '../kind.ts'
import type { RestConfig } from './config.ts'

export const createRestBackend: CreateBackend<RestConfig> = async () => {
  throw new Error('not built yet')
}
