import type { ConfigKey } from '../../../components/config-key.ts'

export interface KeyGroup {
  /** First part of the paths; empty for keys that stand alone. */
  readonly name: string
  readonly keys: readonly ConfigKey[]
}

/** Names and switches that the page has places of its own for. */
const elsewhere = (path: string) => path === 'enabled' || path.startsWith('uses.')

/** Keys of a form: the important ones in their order, the name first, and the rest by sections. */
export function groupsOf(
  keys: readonly ConfigKey[],
  important: readonly string[],
): { readonly important: readonly ConfigKey[]; readonly more: readonly KeyGroup[] } {
  const first = ['id', ...important]
  const shown = first.flatMap((path) => keys.filter((key) => key.path === path))
  const rest = keys.filter(({ path }) => !first.includes(path) && !elsewhere(path))
  const alone = rest.filter(({ path }) => !path.includes('.'))
  const groups = Map.groupBy(
    rest.filter(({ path }) => path.includes('.')),
    ({ path }) => path.split('.')[0] ?? '',
  )
  const more = [...groups].map(([name, members]) => ({ name, keys: members }))
  return { important: shown, more: [...(alone.length > 0 ? [{ name: '', keys: alone }] : []), ...more] }
}
