import type { CheckStep } from '../../components/check-list.tsx'
import type { Beat } from '../../components/heartbeat-bar.tsx'
import type { StatusKind } from '../../components/status.tsx'

export const kinds = ['ok', 'warning', 'problem', 'unknown', 'off'] as const satisfies readonly StatusKind[]

export const midnight = Date.UTC(2026, 0, 1)

export const steps: readonly CheckStep[] = [
  { id: 'connect', title: 'Connect to ldap.example.org', outcome: 'ok', detail: '12 ms' },
  {
    id: 'tls',
    title: 'Encrypt the connection',
    outcome: 'warning',
    detail: 'The certificate ends in 9 days.',
  },
  {
    id: 'bind',
    title: 'Sign in as cn=signpost',
    outcome: 'failed',
    cause: 'The password is not right.',
    fix: 'Set it anew in the directory:',
    snippet: 'ldappasswd -S cn=signpost,dc=example,dc=org',
  },
  { id: 'search', title: 'Search for people', outcome: 'skipped' },
]

export const beats: readonly Beat[] = Array.from({ length: 60 }, (_, index) => ({
  at: midnight + index * 60_000,
  kind: index % 17 === 3 ? 'problem' : index % 11 === 5 ? 'warning' : index < 4 ? 'unknown' : 'ok',
}))

export const values: readonly number[] = [3, 5, 4, 9, 12, 8, 7, 11, 16, 14, 9, 12]

export const error = {
  message: 'The directory answered: invalid credentials (49).',
  fix: 'Check the password of the account that Signpost uses.',
  problems: [{ path: 'backends.0.password', message: 'is refused by the directory' }],
}
