import type { FastifyReply } from 'fastify'

/**
 * A mail has its styles within, so the policy of the console, which a `srcdoc` would inherit, leaves nothing of it. As a
 * document of its own it has its own policy: styles and pictures within it and nothing else, no scripts, no forms, and an
 * origin that is nobody's (`sandbox`), framed by the console alone.
 */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"

export async function sendPreview(
  reply: FastifyReply,
  html: string,
  scheme: 'light' | 'dark',
): Promise<void> {
  await reply
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(withScheme(html, scheme))
}

/** A browser cannot be told which scheme a frame prefers; the rules for the dark one are made to count, or not. */
function withScheme(html: string, scheme: 'light' | 'dark'): string {
  return html
    .replaceAll(
      /\(\s*prefers-color-scheme:\s*dark\s*\)/g,
      scheme === 'dark' ? '(min-width: 0)' : '(width < 0)',
    )
    .replaceAll(
      /\(\s*prefers-color-scheme:\s*light\s*\)/g,
      scheme === 'light' ? '(min-width: 0)' : '(width < 0)',
    )
}
