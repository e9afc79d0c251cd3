import { stringify } from 'yaml'
import { describeConfig, type ConfigKey } from '../src/config/describe.ts'

const introduction = `# Configuration reference

Signpost reads one file, \`signpost.yaml\`, in its data directory. Every key has a default: a file that sets
\`matrix.domain\` and nothing else is complete. [signpost.example.yaml](../signpost.example.yaml) is a file to start
from. \`signpost config check\` says whether a file can be used, \`signpost config show --defaults\` prints every key
with the value it has.

- A key without a value (\`lookup:\`) counts as left out. Keys that Signpost does not know are errors.
- A **duration** is a whole number and a unit: \`500ms\`, \`90s\`, \`15m\`, \`24h\`, \`7d\`.
- A **secret** is the value itself, \`{file: PATH}\` (relative to the data directory; a newline at its end does not
  count), \`{env: NAME}\` (an environment variable) or \`{sealed: ...}\` (written by Signpost).
- Changes apply while Signpost runs, except where the table says **restart**.

This page is generated from the configuration schema by \`npm run docs\`.
[config.schema.json](config.schema.json) is the same for editors: put
\`# yaml-language-server: $schema=config.schema.json\` into the first line of your file.
`

/** `docs/reference/configuration.md`: one chapter per top-level section, one table per group of keys. */
export function configReference(): string {
  const chapters = groupBy(describeConfig(), ({ path }) => path.split(/[.[]/)[0] ?? path)
  return [introduction, ...[...chapters].map(([name, keys]) => chapter(name, keys))].join('\n')
}

function chapter(name: string, keys: readonly ConfigKey[]): string {
  const groups = groupBy(keys, ({ path }) => path.split('.').slice(0, -1).join('.'))
  const parts = [...groups].map(([group, members]) => {
    const heading = group === '' || group === name ? [] : [`### \`${group}\``, '']
    return [...heading, ...table(members), ...examples(members)].join('\n')
  })
  return [`## \`${name}\``, '', parts.join('\n')].join('\n')
}

function table(keys: readonly ConfigKey[]): string[] {
  const rows = keys.map((key) => {
    const name = key.path.split('.').at(-1) ?? key.path
    return `| \`${name}\` | ${cell(readableType(key))} | ${defaultOf(key)} | ${cell(textOf(key))} |`
  })
  return ['| Key | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows, '']
}

function readableType({ type, values, unit }: ConfigKey): string {
  const choices = (values ?? []).map((value) => `\`${value}\``).join(', ')
  const name = type === 'one of the values' ? choices : type.replace('the values', choices)
  return unit === undefined ? name : `${name} (${unit})`
}

function textOf({ description, restart, when, example }: ConfigKey): string {
  const sample = typeof example === 'string' ? ` Example: \`${example}\`` : ''
  const condition = when === undefined ? '' : `For \`${when}\`. `
  return `${condition}${description}${restart ? ' **Restart.**' : ''}${sample}`
}

function defaultOf({ default: value }: ConfigKey): string {
  if (value === undefined) return 'required'
  if (value === null || value === '') return 'empty'
  return `\`${cell(inline(value))}\``
}

function examples(keys: readonly ConfigKey[]): string[] {
  return keys.flatMap(({ path, example }) => {
    if (example === undefined || typeof example === 'string') return []
    return ['```yaml', stringify(nest(path, example), { lineWidth: 0 }).trimEnd(), '```', '']
  })
}

/** `backends[].servers` and a value as they stand in a file. */
function nest(path: string, example: unknown): unknown {
  return path.split('.').reduceRight<unknown>((value, key) => {
    return key.endsWith('[]') ? { [key.slice(0, -2)]: [value] } : { [key]: value }
  }, example)
}

const inline = (value: unknown) =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd()

/** A pipe would end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}
