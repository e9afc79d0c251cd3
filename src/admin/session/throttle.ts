import { limitKey } from '../../net/limit-key.ts'
import type { Clock } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'

/** Slows down whoever guesses passwords. In memory and per process: a restart forgets, and costs more than it gives. */
export interface Throttle {
  /**
   * Counts an attempt before its password is looked at, so that a hundred at once are a hundred. Throws `AdminError`
   * (`too-many-attempts`, with the seconds to wait). The attempt counts as failed until `succeed` is called.
   */
  attempt(client: string, account: string): Attempt
}

export interface Attempt {
  /** The password was right: this client may try freely again. */
  succeed(): void
}

/** Slips that cost nothing; then 2 s, 4 s, ... */
const FREE_PER_CLIENT = 5
const CLIENT_LONGEST_MS = 300_000
/**
 * Of all clients together. One client adds no more than its free attempts, so it takes many of them to slow an account
 * down, and those who signed in before are let through all the same: nobody can lock an administrator out.
 */
const FREE_PER_ACCOUNT = 20
const ACCOUNT_LONGEST_MS = 30_000
const FIRST_WAIT_MS = 2_000
/** Failures count for this long after the last one. */
const FORGET_MS = 3_600_000
/** An attacker with many addresses costs at most a few megabytes. */
const MAX_KEYS = 20_000

interface Record {
  failures: number
  last: number
}

export function createThrottle(clock: Clock): Throttle {
  const clients = new Map<string, Record>()
  const accounts = new Map<string, Record>()
  /** Clients that have signed in to an account, by both. */
  const known = new Map<string, Record>()

  function current(records: Map<string, Record>, key: string): Record {
    const record = records.get(key)
    return record === undefined || clock.now() - record.last > FORGET_MS ? { failures: 0, last: 0 } : record
  }

  function remember(records: Map<string, Record>, key: string, failures: number): void {
    records.delete(key)
    records.set(key, { failures, last: clock.now() })
    const [oldest] = records.size > MAX_KEYS ? records.keys() : []
    if (oldest !== undefined) records.delete(oldest)
  }

  function refuseEarly({ failures, last }: Record, free: number, longest: number): void {
    if (failures < free) return
    const wait = last + Math.min(FIRST_WAIT_MS * 2 ** (failures - free), longest) - clock.now()
    if (wait > 0) throw new AdminError('too-many-attempts', { params: { seconds: Math.ceil(wait / 1000) } })
  }

  return {
    attempt(address, name) {
      const client = limitKey(address)
      const account = name.trim().toLowerCase()
      const pair = `${client} ${account}`
      const ofClient = current(clients, client)
      const ofAccount = current(accounts, account)
      refuseEarly(ofClient, FREE_PER_CLIENT, CLIENT_LONGEST_MS)
      if (!known.has(pair)) refuseEarly(ofAccount, FREE_PER_ACCOUNT, ACCOUNT_LONGEST_MS)
      remember(clients, client, ofClient.failures + 1)
      const counts = ofClient.failures < FREE_PER_CLIENT
      if (counts) remember(accounts, account, ofAccount.failures + 1)
      return {
        succeed() {
          clients.delete(client)
          if (counts) remember(accounts, account, Math.max(0, current(accounts, account).failures - 1))
          remember(known, pair, 0)
        },
      }
    },
  }
}
