import { z } from 'zod'
import { ephemeralSigningKey, toUrlSafe } from '../../../invitations/ephemeral-key.ts'
import { encodeBase64Url } from '../../../matrix/base64.ts'
import { parseUserId } from '../../../matrix/identifiers.ts'
import type { InvitationDraft, Reading } from '../data.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import type { FindingCode } from '../findings.ts'
import { checkInvitation } from '../invitation-row.ts'
import { readTable } from '../read-table.ts'
import { flag, text, wholeNumber } from '../values.ts'
import type { KeyStore } from './key-store.ts'

const inviteSchema = z.object({
  id: text,
  token: text,
  sender: text,
  medium: text,
  address: text,
  roomId: text,
  properties: text,
})

const historySchema = inviteSchema.extend({ resolvedTo: text, resolvedAt: wholeNumber, couldPublish: flag })

export interface MxisdInvitationRules {
  readonly keys: KeyStore | null
  /** Unpadded base64 of the current long-term key; null without one. */
  readonly publicKey: string | null
  /** Whether the key store holds this long-term key. */
  readonly hasKey: (publicKey: string) => boolean
  /** Milliseconds since an invitation was made; null: they had no end, so the full time begins now. */
  readonly expireAfter: number | null
  readonly defaultExpireAfter: number
  /** Matrix ID that expired invitations went to. */
  readonly expiredUser: string
}

type Row = z.output<typeof inviteSchema>
type History = Partial<Pick<z.output<typeof historySchema>, 'resolvedTo' | 'resolvedAt' | 'couldPublish'>>
type Pending = InvitationDraft & { readonly serial: string | null }

/** Pending invitations first: a token that stands in the history as well is one that still waits. */
export async function* mxisdInvitations(
  db: SourceDatabase,
  rules: MxisdInvitationRules,
  reading: Reading,
): AsyncGenerator<readonly InvitationDraft[]> {
  const section = 'invitations' as const
  const read = (table: string) => (row: Row & History) => invitationOf(table, row, rules, reading)
  const tables = [
    readTable(db, reading, {
      table: 'invite_3pid',
      schema: inviteSchema,
      section,
      read: read('invite_3pid'),
    }),
    readTable(db, reading, {
      table: 'invite_3pid_history',
      schema: historySchema,
      section,
      read: read('invite_3pid_history'),
    }),
  ]
  for (const table of tables) {
    for await (const page of table)
      yield await Promise.all(page.map((draft) => withKey(draft, rules, reading)))
  }
}

function invitationOf(
  table: string,
  row: Row & History,
  rules: MxisdInvitationRules,
  reading: Reading,
): Pending | null {
  const name = `${table} ${row.id}`
  const checked = checkInvitation(reading, name, row)
  if (checked === null) return null
  const { roomId, ...invitation } = checked
  const properties = readProperties(row.properties)
  const known = properties ?? {}
  const createdAt = wholeNumber.parse(known['created_at'])
  const serverKey = known['p_key_public'] ?? rules.publicKey ?? ''
  const state = stateOf(row, rules)
  const odd: Partial<Record<FindingCode, boolean>> = {
    'damaged-properties': properties === null,
    'missing-time': createdAt === null,
    'server-key-missing': !rules.hasKey(serverKey),
    'not-published': row.couldPublish === false && state === 'pending',
  }
  for (const [code, isOdd] of Object.entries(odd)) {
    if (isOdd) reading.findings.add(code as FindingCode, name, invitation.address)
  }
  return {
    ...invitation,
    room_id: roomId,
    properties: JSON.stringify(publicProperties(known)),
    server_public_key: serverKey,
    state,
    created_at: createdAt ?? 0,
    expires_at: expiryOf(createdAt, rules, reading.now),
    key: null,
    serial: known['e_key_serial'] ?? null,
    resolvedTo: resolvedTo(row, state),
  }
}

/** Only of the history is known what became of it. */
function stateOf(row: History, { expiredUser }: MxisdInvitationRules): InvitationDraft['state'] {
  if (row.couldPublish === undefined) return 'pending'
  if (row.resolvedTo === expiredUser) return 'expired'
  return row.couldPublish ? 'delivered' : 'pending'
}

function resolvedTo(
  { resolvedTo: mxid = null, resolvedAt = null }: History,
  state: InvitationDraft['state'],
) {
  if (state !== 'delivered' || mxid === null || parseUserId(mxid) === null) return null
  return { mxid, at: resolvedAt ?? 0 }
}

function expiryOf(createdAt: number | null, rules: MxisdInvitationRules, now: number): number {
  if (rules.expireAfter === null || createdAt === null) return now + rules.defaultExpireAfter
  return createdAt + rules.expireAfter
}

const propertiesSchema = z.record(z.string(), z.unknown())

/** The texts of a JSON object; null when it is none. */
function readProperties(json: string | null): Record<string, string> | null {
  if (json === null) return {}
  try {
    const entries = Object.entries(propertiesSchema.parse(JSON.parse(json)))
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return null
  }
}

/** Without what mxisd noted for itself: times, names of keys, and the placeholders of its mails in capitals. */
function publicProperties(properties: Readonly<Record<string, string>>): Record<string, string> {
  const isOwn = (name: string) =>
    name === 'created_at' || /^[pe]_key_/.test(name) || /^[A-Z0-9_]+$/.test(name)
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !isOwn(name)))
}

async function withKey(
  { serial, ...draft }: Pending,
  { keys }: MxisdInvitationRules,
  { findings, stage }: Reading,
): Promise<InvitationDraft> {
  const seed = serial === null ? null : ((await keys?.ephemeral(serial)) ?? null)
  const key = seed === null ? null : ephemeralSigningKey(encodeBase64Url(seed))
  // A key stands for one invitation.
  if (seed === null || key === null || !stage.isFirst('ephemeral key', key.publicKey)) {
    findings.add('key-missing', `invitation to ${draft.address}`, `key ${serial ?? 'without a name'}`)
    return draft
  }
  return { ...draft, key: { publicKey: toUrlSafe(key.publicKey), privateKey: encodeBase64Url(seed) } }
}
