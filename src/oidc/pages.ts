import { createHash } from 'node:crypto'
import type { Messages } from '../notify/messages.ts'

/** Why the sign-in page is shown again. */
export type SignInProblem = 'denied' | 'unclear' | 'limited' | 'stale'

export interface SignInPage {
  /** What the form sends back: it proves that the page came from here. */
  readonly token: string
  /** Shown in the field for the user. */
  readonly user: string
  /** What the client is called; null: nothing. */
  readonly client: string | null
  readonly problem: SignInProblem | null
  /** After `limited`: how long to wait. */
  readonly minutes?: number
}

/** Everything of the provider that people see. `language`: a tag, an `Accept-Language` header, or null. */
export interface OidcPages {
  signIn(language: string | null, page: SignInPage): string
  /** `reason` `expired`: the sign-in is over or was never begun; `refused`: the client asked for something wrong. */
  failure(language: string | null, reason: 'expired' | 'refused', detail: string): string
  signOut(language: string | null, form: { readonly action: string; readonly token: string }): string
  signedOut(language: string | null): string
}

export function createOidcPages(messages: () => Messages): OidcPages {
  return {
    signIn: (language, { client, problem, minutes = 1, ...page }) =>
      messages().renderPage('sign-in', language, {
        ...page,
        client: client ?? '',
        problem: problem ?? '',
        minutes: String(minutes),
      }).html,
    failure: (language, reason, detail) =>
      messages().renderPage('sign-in-failure', language, { reason, detail }).html,
    signOut: (language, form) => messages().renderPage('sign-out', language, { ...form }).html,
    signedOut: (language) => messages().renderPage('sign-out', language, { done: 'yes' }).html,
  }
}

/** What the client asks for (`ui_locales`, OpenID Connect Core, 3.1.2.1), then what the browser does. */
export function pageLanguage(locales: unknown, header: string | undefined): string | null {
  const wanted = typeof locales === 'string' ? locales.split(' ') : []
  return [...wanted, header ?? ''].filter((part) => part !== '').join(',') || null
}

/**
 * The headers of such a page. Nothing may run in it, frame it, keep it, or load anything into it; its style is known by
 * its hash. There is no `form-action`: Chromium applies it to every redirect that follows a form (CSP level 3, 6.4.3), and
 * the way back leads over the client to an app that only the client knows.
 */
export function pageHeaders(html: string): Readonly<Record<string, string>> {
  const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  )
  const style = styles.length === 0 ? "'none'" : styles.join(' ')
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': `default-src 'none'; style-src ${style}; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  }
}
