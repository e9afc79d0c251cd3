import type { FederationClient } from './federation-client.ts'

/** One pending invitation, as the homeserver wants it (Server-Server API, `3pid/onbind`). */
export interface OnbindInvite {
  readonly medium: string
  readonly address: string
  /** The user who owns the address. */
  readonly mxid: string
  readonly room_id: string
  /** The user who sent the invitation. */
  readonly sender: string
  /** Signed by the identity server's long-term key over exactly `mxid` and `token`. */
  readonly signed: {
    readonly mxid: string
    readonly token: string
    readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}

export interface OnbindBody {
  readonly medium: string
  readonly address: string
  readonly mxid: string
  readonly invites: readonly OnbindInvite[]
}

export type OnbindOutcome =
  | { readonly result: 'accepted' }
  | { readonly result: 'refused'; readonly status: number; readonly errcode?: string; readonly reason: string }
  | { readonly result: 'retry'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly result: 'unknown'; readonly reason: string }

export interface Onbind {
  /** Tells a homeserver that an address is bound and which invitations wait for it. Never throws. */
  send(serverName: string, body: OnbindBody): Promise<OnbindOutcome>
}

export function createOnbind(options: { readonly federation: FederationClient }): Onbind {
  throw new Error(`not written ${typeof options.federation}`)
}
