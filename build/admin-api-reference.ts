import { adminErrors } from '../src/admin/api/errors.ts'
import type { RouteDescription } from '../src/admin/api/route.ts'
import { contract } from '../src/admin/contract.ts'

const introduction = `# The admin API

What the console speaks with its server, for scripts of your own. It is served by the admin listener alone (default
\`http://127.0.0.1:8091\`) and changes with Signpost: a new version may add, rename and remove routes.
[admin-api.json](admin-api.json) has the exact shapes, as OpenAPI 3.1. This page and that file are generated from
\`src/admin/contract.ts\` by \`npm run docs\`.

- Sign in with \`POST /api/session\`; the answer sets a cookie, which every later request carries.
- Requests that change something carry the header \`X-Signpost-Console: 1\`, and JSON as \`Content-Type: application/json\`.
- **Who** says who may call: *anyone* who reaches the listener, an administrator who is *signed in*, or one who has typed the
  *password* within the last ten minutes (\`POST /api/session/confirm\`).
- Everything that changes something is noted in the audit log (\`GET /api/changes\`). Secrets never come back: where one is set,
  \`{"set": true}\` stands in its place, and sent back it means "as it was".

\`\`\`sh
curl -c jar -H 'X-Signpost-Console: 1' --json '{"name": "anna", "password": "..."}' http://127.0.0.1:8091/api/session
curl -b jar http://127.0.0.1:8091/api/changes
\`\`\`
`

const who = { open: 'anyone', session: 'signed in', confirmed: 'password' } as const

/** `docs/reference/admin-api.md`: every route by area, and every error. */
export function adminApiReference(): string {
  const routes = Object.entries<RouteDescription>(contract)
  const areas = Map.groupBy(routes, ([name]) => name.split('/')[2] ?? '')
  const chapters = [...areas].map(([area, members]) => {
    const rows = members.map(
      ([name, { summary, access }]) => `| \`${name}\` | ${who[access]} | ${cell(summary)} |`,
    )
    return [`## ${area}`, '', '| Route | Who | What it does |', '| --- | --- | --- |', ...rows, ''].join('\n')
  })
  return [introduction, ...chapters, errors()].join('\n')
}

function errors(): string {
  const rows = Object.entries(adminErrors).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${cell(message)} |`,
  )
  return [
    '## Errors',
    '',
    'A failure is answered with `{"error": {"code", "message", ...}}`. `fix` says what to do where the code alone does not,',
    '`problems` lists values that cannot be used, `params` has numbers and names for a sentence of your own.',
    '',
    '| Code | Status | Meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

const cell = (text: string) => text.replaceAll('|', '\\|')
