import type { ConfigKey } from '../../../components/config-key.ts'
import type { Kind } from '../kinds.ts'

export interface KeyGroup {
  /** First part of the paths; empty for keys that stand alone. */
  readonly name: string
  readonly keys: readonly ConfigKey[]
}

/** Names and switches that the page has places of its own for. */
const elsewhere = (path: string) => path === 'enabled' || path.startsWith('uses.')

/**
 * Keys of a form: the important ones in their order, the name first, and the rest by sections. A part has its own keys
 * alone.
 */
export function groupsOf(
  keys: readonly ConfigKey[],
  kind: Pick<Kind, 'entrance' | 'important'> | undefined,
  part?: 'entrance' | 'rest',
): { readonly important: readonly ConfigKey[]; readonly more: readonly KeyGroup[] } {
  const entrance = ['id', ...(kind?.entrance ?? [])]
  const people = kind?.important ?? []
  const wanted = part === 'entrance' ? entrance : part === 'rest' ? people : [...entrance, ...people]
  const important = wanted.flatMap((path) => keys.filter((key) => key.path === path))
  if (part === 'entrance') return { important, more: [] }
  const rest = keys.filter(({ path }) => ![...entrance, ...people].includes(path) && !elsewhere(path))
  const alone = rest.filter(({ path }) => !path.includes('.'))
  const groups = Map.groupBy(
    rest.filter(({ path }) => path.includes('.')),
    ({ path }) => path.split('.')[0] ?? '',
  )
  const more = [...groups].map(([name, members]) => ({ name, keys: members }))
  return { important, more: [...(alone.length > 0 ? [{ name: '', keys: alone }] : []), ...more] }
}
