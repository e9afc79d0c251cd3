import type { z } from 'zod'
import type { ListedPerson } from '../../../backends/person.ts'
import type { xrayRow } from '../shapes.ts'

export type XrayRow = z.input<typeof xrayRow>

/** People beside what the directory has of them, and who is in whose way. */
export function rowsOf(people: readonly ListedPerson[]): readonly XrayRow[] {
  const claims = new Map<string, Set<string>>()
  const entries = new Map<string, string[]>()
  for (const { key, person } of people) {
    if (person === null) continue
    entries.set(person.mxid, [...(entries.get(person.mxid) ?? []), key])
    for (const address of person.addresses) {
      const name = nameOf(address)
      claims.set(name, (claims.get(name) ?? new Set<string>()).add(person.mxid))
    }
  }
  return people.map(({ key, person, rejections, record }) => ({
    key,
    raw:
      record === null
        ? null
        : {
            user: record.user,
            displayName: record.displayName,
            emails: [...record.emails],
            phones: [...record.phones],
          },
    mxid: person?.mxid ?? null,
    displayName: person?.displayName ?? null,
    addresses: [...(person?.addresses ?? [])],
    rejections: [...rejections],
    contested: (person?.addresses ?? []).flatMap((address) => {
      const mxids = [...(claims.get(nameOf(address)) ?? [])].toSorted()
      return mxids.length > 1 ? [{ ...address, mxids }] : []
    }),
    twins: person === null ? [] : (entries.get(person.mxid) ?? []).filter((other) => other !== key),
  }))
}

const nameOf = ({ medium, address }: { readonly medium: string; readonly address: string }) =>
  `${medium} ${address}`
