import type { Medium } from '../matrix/threepid.ts'

/** The part of all mappings that strangers may find. Plain data, for it goes to build threads. */
export interface Publication {
  /** Whether own associations are part of it. */
  readonly associations: boolean
  /** Ids of the backends whose people are; null: all. */
  readonly backends: readonly string[] | null
  /** E-mail domains in canonical form, subdomains not included; null: all. */
  readonly domains: ReadonlySet<string> | null
  readonly phones: boolean
}

/** Whether an address of this kind may be told, whoever knows it. The address is canonical. */
export function isPublished(
  { domains, phones }: Publication,
  { medium, address }: { readonly medium: Medium; readonly address: string },
): boolean {
  if (medium === 'msisdn') return phones
  return domains === null || domains.has(address.slice(address.lastIndexOf('@') + 1))
}

/** Those of these backends whose people may be told; all of them without a publication. */
export function publishedSources(publication: Publication | null, ids: readonly string[]): readonly string[] {
  const shown = publication?.backends ?? null
  return shown === null ? ids : ids.filter((id) => shown.includes(id))
}

/** True when strangers find nothing at all. */
export function publishesNothing({ associations, backends, domains, phones }: Publication): boolean {
  return (!associations && backends?.length === 0) || (domains?.size === 0 && !phones)
}
