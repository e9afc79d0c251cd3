import type { AdminLinkKind } from '../../storage/tables/admin.ts'
import type { Admin, Admins } from './admins.ts'
import type { Links } from './links.ts'

/** A link that works once. Whoever has it gets in: show it to the person at this machine, and write it nowhere. */
export interface OneTimeLink {
  readonly kind: AdminLinkKind
  /** `http://127.0.0.1:8091/claim#TOKEN`; the other kinds are `/sign-in#...` and `/reset#...`. */
  readonly url: string
  /** Of the administrator; null for a claim. */
  readonly name: string | null
}

/** Ways into the console for those who rule the machine: the desktop app and the command line. */
export interface Entrance {
  /** A URL that signs the first administrator in, within a minute; while there is nobody, the one that claims the server. */
  oneTimeLink(): Promise<string>
  /** A URL where the first administrator sets a new password, within an hour; while there is nobody, the claim. */
  resetPassword(): Promise<string>
  /** The same for the administrator with that name, and with more to tell. Null: no such name. */
  linkFor(kind: 'sign-in' | 'reset', name?: string): Promise<OneTimeLink | null>
  isClaimed(): Promise<boolean>
}

export interface EntranceOptions {
  readonly admins: Pick<Admins, 'list' | 'byName' | 'isClaimed'>
  readonly links: Pick<Links, 'create'>
  /** Base URL of the admin listener. */
  readonly adminAddress: () => string
}

export function createEntrance({ admins, links, adminAddress }: EntranceOptions): Entrance {
  async function link(kind: AdminLinkKind, admin: Admin | null): Promise<OneTimeLink> {
    const token = await links.create(kind, admin?.id ?? null)
    return { kind, url: `${adminAddress()}/${kind}#${token}`, name: admin?.name ?? null }
  }

  async function linkFor(kind: 'sign-in' | 'reset', name?: string): Promise<OneTimeLink | null> {
    if (!(await admins.isClaimed())) return await link('claim', null)
    const [first = null] = await admins.list()
    const admin = name === undefined ? first : await admins.byName(name)
    return admin === null ? null : await link(kind, admin)
  }

  async function urlFor(kind: 'sign-in' | 'reset'): Promise<string> {
    const made = await linkFor(kind)
    if (made === null) throw new Error('a claimed Signpost has an administrator')
    return made.url
  }

  return {
    oneTimeLink: () => urlFor('sign-in'),
    resetPassword: () => urlFor('reset'),
    linkFor,
    isClaimed: () => admins.isClaimed(),
  }
}
