import { hash } from 'node:crypto'
import type { ListedPerson } from '../person.ts'

/** A short text that differs when anything that was read of the person differs, in whatever order it was read. */
export function digestOf({ person, rejections }: Pick<ListedPerson, 'person' | 'rejections'>): string {
  const addresses = (person?.addresses ?? []).map(({ medium, address }) => `${medium} ${address}`).toSorted()
  const rejected = rejections.map(({ field, value, reason }) => `${field} ${value} ${reason}`).toSorted()
  const others = person?.others === undefined ? [] : [person.others]
  const parts = [person?.mxid ?? null, person?.displayName ?? null, addresses, rejected, ...others]
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22)
}
