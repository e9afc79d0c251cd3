import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { SecretField } from '../../components/secret-field.tsx'
import { useText } from '../../texts/use-text.tsx'
import { isKept, textOf, textsOf, valueAt, withValue, type Settings } from '../draft/values.ts'
import { ListField } from './list-field.tsx'
import type { SectionField } from './kinds.ts'

export interface SectionFieldsProps {
  readonly fields: readonly SectionField[]
  readonly section: Settings
  readonly onChange: (section: Settings) => void
}

/** The fields of one section of `backends`. */
export function SectionFields({ fields, section, onChange }: SectionFieldsProps) {
  return fields
    .filter(({ when }) => when?.(section) ?? true)
    .map((field) => (
      <Field
        key={field.path}
        field={field}
        value={valueAt(section, field.path)}
        onChange={(value) => onChange(withValue(section, field.path, value))}
      />
    ))
}

interface FieldProps {
  readonly field: SectionField
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function Field({ field, value, onChange }: FieldProps) {
  const t = useText('wizard-people')
  const { type, label, what, placeholder, choices = [] } = field
  const common = {
    label: t(label),
    description: what === undefined ? undefined : t(what),
    placeholder,
    maw: '32rem',
    autoComplete: 'off',
  }
  switch (type) {
    case 'text':
      return (
        <TextInput
          {...common}
          spellCheck={false}
          value={textOf(value)}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      )
    case 'file':
      return (
        <TextInput
          {...common}
          spellCheck={false}
          value={textOf(valueAt(value, 'file'))}
          onChange={({ currentTarget: { value: file } }) => onChange(file === '' ? undefined : { file })}
        />
      )
    case 'list':
    case 'lines':
      return (
        <ListField
          label={common.label}
          description={common.description}
          placeholder={placeholder}
          maw={common.maw}
          byLine={type === 'lines'}
          items={textsOf(value)}
          onChange={(next) => onChange(next.length === 0 ? undefined : next)}
        />
      )
    case 'secret':
      return (
        <SecretField
          label={common.label}
          set={isKept(value)}
          value={typeof value === 'string' ? value : null}
          onChange={(next) => onChange(next ?? { set: true })}
        />
      )
    case 'port':
      return (
        <NumberInput
          {...common}
          maw="10rem"
          hideControls
          min={1}
          max={65_535}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      )
    case 'switch':
      return (
        <Switch
          label={common.label}
          description={common.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked || undefined)}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          maw="20rem"
          allowDeselect={false}
          data={[...choices]}
          value={textOf(value) || (choices[0] ?? null)}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )
  }
}
