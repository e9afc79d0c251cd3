import type { ImportFinding } from '../migrate/import/findings.ts'
import type { ImportPlan, ImportProgress } from '../migrate/import/plan.ts'
import type { ImportResult } from '../migrate/import/run.ts'
import type { SettingFate, SettingOutcome } from '../migrate/import/settings/draft.ts'
import type { SectionName } from '../migrate/import/data.ts'

const sectionTitles: Readonly<Record<SectionName, string>> = {
  associations: 'associations',
  invitations: 'invitations',
  invitationKeys: 'keys of mailed invitations',
  accounts: 'accounts',
  tokens: 'access tokens',
  terms: 'accepted terms',
  sessions: 'completed validations',
}

const fateTitles: readonly (readonly [SettingFate, string])[] = [
  ['same', 'Comes over as it is'],
  ['adapted', 'Comes over, with a difference'],
  ['default', 'Is written down, since Signpost does otherwise by itself'],
  ['kept', 'Stays as signpost.yaml has it'],
  ['lost', 'Does not come over'],
  ['obsolete', 'Is not needed any more'],
  ['unknown', 'Was never a setting'],
]

const SHOWN = 5

/** The report of a dry run, for a terminal. */
export function describePlan(plan: ImportPlan, full: boolean): readonly string[] {
  return [
    `Import from ${plan.source.kind}: ${plan.configPath}, homeserver ${plan.domain}`,
    ...plan.warnings.map((warning) => `! ${warning}`),
    ...describeBody(plan, full),
    '',
    'Nothing was changed. To do it, stop Signpost and add --apply.',
  ]
}

/** The report of an import that has been done. */
export function describeResult(plan: ImportPlan, result: ImportResult, full: boolean): readonly string[] {
  const body = describeBody({ ...result, templates: plan.templates, leftTables: plan.leftTables }, full)
  return [`Imported from ${plan.source.kind}: ${plan.configPath}`, ...body, '', 'Start Signpost now.']
}

type Body = Pick<ImportPlan, 'keys' | 'settings' | 'sections' | 'findings' | 'templates' | 'leftTables'>

function describeBody(body: Body, full: boolean): readonly string[] {
  return [
    ...titled('Signing keys', body.keys.map(describeKey)),
    ...titled('Rows', body.sections.map(describeSection)),
    ...titled(
      'Tables that stay behind',
      body.leftTables.map(({ table, rows, reason }) => `${table}: ${rows} rows. ${reason}`),
    ),
    ...titled(
      'Odd rows and conflicts',
      body.findings.flatMap((finding) => describeFinding(finding, full)),
    ),
    ...fateTitles.flatMap(([fate, title]) => {
      const some = body.settings.filter((outcome) => outcome.fate === fate)
      return titled(`Settings: ${title}`, some.map(describeSetting))
    }),
    ...titled(
      'Templates',
      body.templates.map(({ from, files, note }) => `${from}: ${files.join(', ')} ${note}`.trim()),
    ),
  ]
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

const keyTexts = {
  signs: 'signs from now on',
  published: 'stays valid for what it signed',
  there: 'was taken over before',
  renamed: "is Signpost's own; it makes room under this new name and stays valid",
}

const describeKey = ({ id, publicKey, outcome }: ImportPlan['keys'][number]) =>
  `${id} (${publicKey}) ${keyTexts[outcome]}`

function describeSection(counts: ImportPlan['sections'][number]): string {
  const { section, added, replaced, unchanged, kept } = counts
  return `${sectionTitles[section]}: ${added} added, ${replaced} replace older ones, ${unchanged} there already, ${kept} older than what is there`
}

function describeFinding({ rule, count, examples }: ImportFinding, full: boolean): readonly string[] {
  const shown = full ? examples : examples.slice(0, SHOWN)
  const more = count > shown.length ? [`    and ${count - shown.length} more`] : []
  return [`${count} x ${rule}`, ...shown.map(({ row, detail }) => `    ${row}: ${detail}`), ...more]
}

function describeSetting({ from, to, value, note }: SettingOutcome): string {
  const target = to === null ? '' : ` -> ${to}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
  return `${from === '' ? '(default)' : from}${target}${note === '' ? '' : `  (${note})`}`
}

/** One line for a terminal. */
export function describeProgress({ part, section, done, total }: ImportProgress): string {
  return section === null
    ? `${part}: ${done === total ? 'done' : '...'}`
    : `${sectionTitles[section]}: ${done} of ${total}`
}
