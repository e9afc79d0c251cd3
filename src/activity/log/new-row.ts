import type { KeyRing } from '../../keys/key-ring.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { maskAddress, maskText } from '../masking.ts'
import type { ActivityEntry, ActivityRequester } from './entry.ts'
import type { NewActivityRow } from './store.ts'
import { subjectOf } from './subject.ts'

export type ShownAddresses = 'masked' | 'hashed' | 'full'

export interface RowRules {
  readonly keyRing: Pick<KeyRing, 'derive'>
  readonly addresses: () => ShownAddresses
  /** Names this process: requests are numbered anew by each. */
  readonly processId: string
}

/** An entry as it is stored: of the address, what may be kept. */
export function newRow(entry: ActivityEntry, now: number, rules: RowRules): NewActivityRow {
  const { kind, action, outcome, address = null, durationMs, details, reason, request } = entry
  return {
    ...emptyRow,
    at: entry.at ?? now,
    kind,
    action,
    outcome,
    ...(address === null ? {} : addressColumns(address, rules)),
    mxid: entry.mxid ?? null,
    ...requesterColumns(entry.requester),
    source: entry.source ?? null,
    duration_ms: durationMs === undefined ? null : Math.max(0, Math.round(durationMs)),
    code: entry.code ?? null,
    reason: typeof reason === 'string' ? maskText(reason) : null,
    details: JSON.stringify(details ?? {}),
    request: typeof request === 'string' ? `${rules.processId} ${request}` : null,
    origin: entry.origin ?? null,
  }
}

export function lossRow(rows: number, at: number): NewActivityRow {
  return {
    ...emptyRow,
    at,
    kind: 'loss',
    action: 'lost',
    outcome: 'failed',
    details: JSON.stringify({ rows }),
  }
}

const emptyRow = {
  medium: null,
  address: null,
  subject: null,
  mxid: null,
  user_id: null,
  server: null,
  ip: null,
  source: null,
  duration_ms: null,
  code: null,
  reason: null,
  request: null,
  origin: null,
} as const

function requesterColumns({ user = null, server = null, ip = null }: ActivityRequester = {}) {
  return { user_id: user, server, ip }
}

function addressColumns(address: ThreePid, { keyRing, addresses }: RowRules) {
  return {
    medium: address.medium,
    address: shown(address.address, addresses()),
    subject: subjectOf(keyRing, address),
  }
}

function shown(address: string, mode: ShownAddresses): string | null {
  if (mode === 'hashed') return null
  return mode === 'full' ? address : maskAddress(address)
}
