import type { AnswerOf } from '../../../api/client.ts'
import { useText, type PlainKey } from '../../../texts/use-text.tsx'

export type Holding = AnswerOf<'POST /api/person/look'>['holdings'][number]

/** The kinds of things that are kept, by their names; a test holds them together with the server's. */
export const held = {
  associations: 'held_associations',
  invitations: 'held_invitations',
  invitations_sent: 'held_invitations_sent',
  invitations_waiting: 'held_invitations_waiting',
  invite_list_rows: 'held_invite_list_rows',
  appservice_mails: 'held_appservice_mails',
  sign_up_links: 'held_sign_up_links',
  sessions: 'held_sessions',
  outbox: 'held_outbox',
  accepted_terms: 'held_accepted_terms',
  tokens: 'held_tokens',
  accounts: 'held_accounts',
  sign_ins: 'held_sign_ins',
  invite_lists: 'held_invite_lists',
  activity: 'held_activity',
  admin_changes: 'held_admin_changes',
  list_entries: 'held_list_entries',
  directory_entries: 'held_directory_entries',
  directory_people: 'held_directory_people',
  mapping_changes: 'held_mapping_changes',
} as const satisfies Record<string, PlainKey<'backups'>>

export const stays = {
  invitations_waiting: 'stays_invitations_waiting',
  invite_lists: 'stays_invite_lists',
  admin_changes: 'stays_admin_changes',
  directory_entries: 'stays_directory_entries',
  directory_people: 'stays_directory_entries',
  mapping_changes: 'stays_mapping_changes',
} as const satisfies Record<string, PlainKey<'backups'>>

/** What a holding is, and why it stays (null: it does not), in the language of the console. */
export function useHoldingText() {
  const t = useText('backups')
  /** A kind that this console does not know is told in the words of the server. */
  const say = (table: Readonly<Record<string, PlainKey<'backups'>>>, name: string, english: string) => {
    const key = table[name]
    return key === undefined ? english : t(key)
  }
  return ({ name, title, staysBecause }: Holding) => ({
    title: say(held, name, title),
    staysBecause: staysBecause === null ? null : say(stays, name, staysBecause),
  })
}
