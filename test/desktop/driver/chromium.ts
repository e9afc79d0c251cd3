import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Why there are no windows here, or null: for `describeWith`. */
export const noChromium = places.some((place) => existsSync(place)) ? null : 'it is not installed'

export function chromiumPath(): string {
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new Error('Chromium is not installed')
  return found
}
