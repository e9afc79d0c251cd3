import type { CreateBackend } from '../kind.ts'
import type { ListConfig } from './config.ts'

export const createListBackend: CreateBackend<ListConfig> = async () => {
  throw new Error('not built yet')
}
