/**
 * The URL to hand to the system's browser or mail program, written anew from its parsed form; null for what may not be
 * opened. Handlers of other schemes run programs of the machine (Electron, "Security", 15).
 */
export function externalUrl(link: string): string | null {
  if (!URL.canParse(link)) return null
  const url = new URL(link)
  // A name before the host makes a link look as if it led elsewhere.
  if (url.protocol === 'https:' && url.username === '' && url.password === '') return url.href
  return url.protocol === 'mailto:' ? url.href : null
}
