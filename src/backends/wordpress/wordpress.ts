import type { CreateBackend } from '../kind.ts'
import type { WordpressConfig } from './config.ts'

export const createWordpressBackend: CreateBackend<WordpressConfig> = async () => {
  throw new Error('not built yet')
}
