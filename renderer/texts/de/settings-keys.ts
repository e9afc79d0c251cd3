import type { Texts } from '../format-text.ts'
import { appservice } from './settings-keys/appservice.ts'
import { connections } from './settings-keys/connections.ts'
import { people } from './settings-keys/people.ts'
import { rateLimits } from './settings-keys/rate-limits.ts'
import { server } from './settings-keys/server.ts'

/** What each key of the configuration does, by its path; the English is the server's. */
export const texts: Texts = { ...server, ...people, ...appservice, ...connections, ...rateLimits }
