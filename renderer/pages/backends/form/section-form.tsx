import { Anchor, Code, Collapse, Stack, Title } from '@mantine/core'
import { useId, useState } from 'react'
import { ConfigControl } from '../../../components/config-control.tsx'
import { appliesTo, asText, valueAt, type ConfigKey } from '../../../components/config-key.ts'
import { DocField } from '../../../components/doc-field.tsx'
import { useKeyText } from '../../../components/use-key-text.ts'
import { useText } from '../../../texts/use-text.tsx'
import { keyLabels, kinds } from '../kinds.ts'
import { withValue, type Section } from '../model.ts'
import { groupsOf } from './groups.ts'

export interface SectionFormProps {
  readonly type: string
  readonly keys: readonly ConfigKey[]
  readonly section: Section
  readonly onChange: (section: Section) => void
  /** What is wrong, by the path of the key. */
  readonly problems: ReadonlyMap<string, string>
  /** Default: both. The name belongs to the entrance. */
  readonly part?: 'entrance' | 'rest'
}

/** The form of a section: what nearly everybody sets, and everything else below "more". */
export function SectionForm({ type, keys, section, onChange, problems, part }: SectionFormProps) {
  const t = useText('backends')
  const moreId = useId()
  const applying = keys.filter((key) =>
    appliesTo(key, (path) => valueAt(section, path) ?? defaultOf(keys, path)),
  )
  const { important, more } = groupsOf(applying, kinds[type], part)
  const hasProblem = more.some((group) => group.keys.some(({ path }) => problems.has(path)))
  const [opened, setOpened] = useState(false)
  const isOpen = opened || hasProblem
  const field = (key: ConfigKey) => (
    <KeyField
      key={`${key.path} ${key.when ?? ''}`}
      configKey={key}
      value={valueAt(section, key.path)}
      error={problems.get(key.path)}
      onChange={(value) => onChange(withValue(section, key.path, value))}
    />
  )
  return (
    <Stack gap="lg" maw="44rem">
      {important.map(field)}
      {more.length > 0 && (
        <div>
          <Anchor
            component="button"
            type="button"
            aria-expanded={isOpen}
            aria-controls={moreId}
            onClick={() => setOpened(!isOpen)}
          >
            {t(isOpen ? 'lessKeys' : 'moreKeys')}
          </Anchor>
          <Collapse expanded={isOpen} id={moreId}>
            {isOpen &&
              more.map((group) => (
                <Stack key={group.name} gap="lg" mt="lg" component="section">
                  {group.name !== '' && (
                    <Title order={3} size="h5">
                      <code>{group.name}</code>
                    </Title>
                  )}
                  {group.keys.map(field)}
                </Stack>
              ))}
          </Collapse>
        </div>
      )}
    </Stack>
  )
}

const defaultOf = (keys: readonly ConfigKey[], path: string) => keys.find((key) => key.path === path)?.default

interface KeyFieldProps {
  readonly configKey: ConfigKey
  readonly value: unknown
  readonly error: string | undefined
  readonly onChange: (value: unknown) => void
}

function KeyField({ configKey, value, error, onChange }: KeyFieldProps) {
  const t = useText('backends')
  const keyText = useKeyText()
  const { path, unit, default: preset, example } = configKey
  const label = keyLabels[path]
  const id = `backend-${path}`
  const hasDefault =
    preset !== undefined && preset !== null && asText(preset) !== '' && asText(preset) !== '[]'
  return (
    <DocField
      id={id}
      label={label === undefined ? path : t(label)}
      doc={
        <>
          {keyText(configKey)}
          {example !== undefined && (
            <>
              {' '}
              {t('example')} <Code>{exampleText(example)}</Code>
            </>
          )}
        </>
      }
      {...(hasDefault ? { defaultValue: asText(preset) } : {})}
      {...(unit === undefined ? {} : { unit })}
      error={error}
    >
      <ConfigControl
        id={id}
        configKey={configKey}
        value={value ?? preset}
        error={error !== undefined}
        onChange={onChange}
      />
    </DocField>
  )
}

const exampleText = (example: unknown) => (Array.isArray(example) ? example.join(', ') : asText(example))
