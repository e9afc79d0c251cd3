import { createContext, use } from 'react'
import type { Client } from './client.ts'

export const ClientContext = createContext<Client | null>(null)

/** For calls outside the hooks, such as checks while typing; pages use `useApi` and `useChange`. */
export function useClient(): Client {
  const client = use(ClientContext)
  if (client === null) throw new Error('there is no client around this')
  return client
}
