import type { AssociationTable, InvitationTable, SessionTable } from '../../storage/schema.ts'
import type { Findings } from './findings.ts'
import type { Stage } from './stage.ts'

/** What is taken over of an invitation; the rest is made anew or has not happened yet. */
export type InvitationDraft = Pick<
  InvitationTable,
  | 'token'
  | 'medium'
  | 'address'
  | 'room_id'
  | 'sender'
  | 'properties'
  | 'server_public_key'
  | 'state'
  | 'created_at'
  | 'expires_at'
> & {
  /** Null: nobody holds one, so a new one is made. Both in unpadded URL-safe base64. */
  readonly key: { readonly publicKey: string; readonly privateKey: string } | null
  /** For states that it has reached. */
  readonly resolvedTo: { readonly mxid: string; readonly at: number } | null
}

/** Rows as they will stand in storage, by section. */
export interface Drafts {
  readonly associations: AssociationTable
  readonly invitations: InvitationDraft
  readonly invitationKeys: { readonly publicKey: string; readonly createdAt: number }
  readonly accounts: { readonly userId: string; readonly createdAt: number }
  readonly tokens: { readonly tokenHash: string; readonly userId: string; readonly createdAt: number }
  readonly terms: { readonly userId: string; readonly url: string; readonly acceptedAt: number }
  readonly sessions: SessionTable
}

export type SectionName = keyof Drafts

/** In the order in which they are written. */
export const sectionNames: readonly SectionName[] = [
  'associations',
  'invitations',
  'invitationKeys',
  'accounts',
  'tokens',
  'terms',
  'sessions',
]

export interface Reading {
  readonly stage: Stage
  readonly findings: Findings
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Rows of the source that have been read, and how many there are in all. */
  readonly tell: (section: SectionName, done: number, total: number) => void
}

/** The stored rows of another server, read anew at every call. Pages may be of any size. */
export type SourceData = {
  readonly [S in SectionName]: (reading: Reading) => AsyncIterable<readonly Drafts[S][]>
}

/** A table that is there and of no use here, with the reason. */
export interface LeftTable {
  readonly table: string
  readonly rows: number
  readonly reason: string
}
