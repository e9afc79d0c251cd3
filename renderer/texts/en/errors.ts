import type { ErrorCode } from '../../api/api-error.ts'
import type { Texts } from '../format-text.ts'

export const texts = {
  'not-found': 'This does not exist (any more).',
  'unknown-route': 'This console and the server do not fit together. Load the page again.',
  'wrong-method': 'This console and the server do not fit together. Load the page again.',
  invalid: 'Some of what was entered cannot be used.',
  'too-large': 'What was sent is too large.',
  'not-claimed': 'Nobody has set up this Signpost yet.',
  'already-claimed': 'This Signpost has an administrator already. Sign in instead.',
  'link-used': 'The link was used already, or its time is over. Ask Signpost for a new one.',
  'signed-out': 'You are signed out. Sign in again.',
  'wrong-password': 'Name or password is not right.',
  'weak-password': 'The password is too short or too common.',
  'confirm-password': 'This needs your password once more.',
  'too-many-attempts': 'Too many attempts. Wait a moment before the next one.',
  'foreign-host': 'Open this page under the name localhost, or one that the setting admin.hosts names.',
  'foreign-origin': 'The request came from a page of another origin and was refused.',
  conflict: 'Something else has changed meanwhile. Load the page again.',
  'config-invalid': 'The configuration cannot be used like this.',
  'not-possible': 'This cannot be done as things are.',
  unavailable: 'Something that this needs does not answer.',
  internal: 'Something broke in Signpost. Its log has the reason.',
  unreachable: 'Signpost cannot be reached.',
  timeout: 'Signpost took too long to answer.',
  'not-understood':
    'The answer (status {status}) did not come from Signpost. Something in between may have answered instead.',
} as const satisfies Texts & Record<ErrorCode, string>
