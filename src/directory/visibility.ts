import type { Config } from '../config/schema.ts'
import { createIdList } from '../intercepts/id-list.ts'
import type { People } from '../intercepts/people.ts'

type Groups = Config['directory']['groups']

export interface VisibilityOptions {
  readonly groups: () => Groups
  readonly people: People
  /** Backends whose mirrors hold each of these users. */
  readonly backendsOf: (mxids: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
}

interface Someone {
  readonly mxid: string
  /** The backend that named the person; null for the homeserver. */
  readonly source: string | null
}

/** Leaves out whom the searcher may not find. Keeps the order. */
export type Visible = <T extends Someone>(searcher: string, found: readonly T[]) => Promise<readonly T[]>

/** Profiles asked for at the same time. */
const AT_ONCE = 8

/**
 * Groups of people that are hidden from others. A membership that cannot be found out at the moment counts against the
 * search: a directory that is down must not show its pupils to guests.
 */
export function createVisibility({ groups, people, backendsOf }: VisibilityOptions): Visible {
  async function groupsOf(
    { mxid, source }: Someone,
    mirrors: readonly string[],
    among: readonly string[],
  ): Promise<readonly string[]> {
    const all = groups()
    const backends = source === null ? mirrors : [source, ...mirrors]
    const certain = among.filter((name) => {
      const group = all[name]
      return (
        group !== undefined &&
        (group.backends.some((id) => backends.includes(id)) || createIdList(group.users).has(mxid))
      )
    })
    const open = among.filter((name) => !certain.includes(name) && (all[name]?.roles.length ?? 0) > 0)
    if (open.length === 0) return certain
    const { roles, isWhole } = await people.profile(mxid)
    const byRole = open.filter((name) => !isWhole || all[name]?.roles.some((role) => roles.includes(role)))
    return [...certain, ...byRole]
  }

  return async (searcher, found) => {
    const names = Object.keys(groups())
    if (names.length === 0 || found.length === 0) return found
    const mirrors = await backendsOf([searcher, ...found.map(({ mxid }) => mxid)])
    const mirrorsOf = (mxid: string) => mirrors.get(mxid) ?? []
    const own = await groupsOf({ mxid: searcher, source: null }, mirrorsOf(searcher), names)
    const hidden = names.filter((name) => groups()[name]?.hiddenFrom.some((other) => own.includes(other)))
    if (hidden.length === 0) return found
    const visible = await mapSome(found, async (person) => {
      const isHidden = (await groupsOf(person, mirrorsOf(person.mxid), hidden)).length > 0
      return !isHidden || person.mxid === searcher
    })
    return found.filter((_, index) => visible[index])
  }
}

async function mapSome<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))))
  }
  return results
}
