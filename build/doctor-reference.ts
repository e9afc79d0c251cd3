import { allChecks } from '../src/doctor/all-checks.ts'
import { certificateFaults } from '../src/doctor/certificate-faults.ts'
import { areas, type Area, type Fault } from '../src/doctor/check.ts'
import { runnerFaults } from '../src/doctor/runner-faults.ts'

const introduction = `# The doctor

\`\`\`sh
signpost doctor                          # everything, within ten seconds
signpost doctor --only homeserver        # one area; may be given several times
signpost doctor --verbose                # also what is fine, and how long each check took
signpost doctor --json                   # for scripts and monitoring
\`\`\`

The doctor looks at the installation and at everything around it: files, database, clock, DNS, certificate, reverse proxy,
homeserver, directories, mail, federation. Of what is wrong it says what was seen, the likely cause, and what to do. It
changes nothing, sends no mail and no message, and its report holds no secret and no address of a person.

- Run it as the user that runs Signpost, on the same machine: \`sudo -u signpost signpost doctor\`.
- While Signpost runs, the doctor asks it through the public URL, with a number that only your database knows. What comes
  back shows what the proxy makes of paths, headers, methods and bodies. Without a running Signpost, what needs it is listed as not checked.
- A **problem** means that something does not work. A **warning** means that everything works, and something wants a look.
- Exit code: 0 when there is no problem (there may be warnings), 1 when there is one, 64 when the command was misused.

With \`--json\`, one object: \`ok\` (no problem), \`counts\` by status, and \`findings\`, each with \`code\`, \`status\` (\`ok\`,
\`warning\`, \`problem\`, \`skipped\`), \`area\`, \`check\` and its \`title\`, \`subject\` (which backend, path or name it is about, or
null), \`detail\`, \`cause\`, \`fix\`, \`link\` into this page, and \`ms\`. Codes are stable.

This page is generated from the checks by \`npm run docs\`.
`

/** `docs/doctor.md`: every code that the doctor can report, by area. */
export function doctorReference(): string {
  const chapters = (Object.keys(areas) as Area[]).map(chapter).filter((text) => text !== '')
  const own = ['## The doctor itself', '', ...Object.entries(runnerFaults).flatMap(entry)].join('\n')
  return `${[introduction, ...chapters, own].join('\n').trimEnd()}\n`
}

function chapter(area: Area): string {
  const faults = new Map(
    allChecks.filter((check) => check.area === area).flatMap((check) => Object.entries(check.faults)),
  )
  // What several areas can find stands where it is found first.
  const own = [...faults].filter(([code]) => areaOf(code) === area)
  return own.length === 0 ? '' : [`## ${areas[area]}`, '', ...own.flatMap(entry)].join('\n')
}

const areaOf = (code: string) => allChecks.find(({ faults }) => code in faults)?.area

function entry([code, { status, meaning, cause, fix }]: readonly [string, Fault]): string[] {
  const head = [`### ${code}`, '', `**${status}** ${escape(meaning)}`, '']
  // What to do about a certificate depends on the certificate: the finding says it, and docs/tls.md has the rest.
  if (code in certificateFaults) return [...head, 'See [HTTPS](tls.md#what-is-said-about-a-certificate).', '']
  return [...head, `- Likely cause: ${escape(cause)}`, `- What to do: ${escape(fix)}`, '']
}

/** Texts are plain; in Markdown a word in angle brackets would vanish. */
const escape = (text: string) => text.replaceAll('<', '&lt;')
