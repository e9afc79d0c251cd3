import type { Config } from '../config/schema.ts'

/** Server names whose federation API is not looked for: our own homeserver may be named by its URL alone; a pin wins. */
export function homeserverPins({
  matrix: { domain, homeserverUrl, pins },
}: Config): Readonly<Record<string, string>> {
  return { ...(homeserverUrl === null ? {} : { [domain]: homeserverUrl }), ...pins }
}
