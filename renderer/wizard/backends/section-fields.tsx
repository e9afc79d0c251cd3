import { Box, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { ComponentType } from 'react'
import { SecretField } from '../../components/secret-field.tsx'
import { useText } from '../../texts/use-text.tsx'
import { isKept, textOf, textsOf, valueAt, withValue, type Settings } from '../draft/values.ts'
import type { SectionField } from './kinds.ts'
import { ListField } from './list-field.tsx'

export interface SectionFieldsProps {
  readonly fields: readonly SectionField[]
  readonly section: Settings
  readonly onChange: (section: Settings) => void
}

/** The fields of one section of `backends`. */
export function SectionFields({ fields, section, onChange }: SectionFieldsProps) {
  return fields
    .filter(({ when }) => when?.(section) ?? true)
    .map((field) => {
      const Control = controls[field.type]
      return (
        <Control
          key={field.path}
          field={field}
          value={valueAt(section, field.path)}
          onChange={(value) => onChange(withValue(section, field.path, value))}
        />
      )
    })
}

interface ControlProps {
  readonly field: SectionField
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

/** What all controls have. */
function useCommon({ label, what, placeholder }: SectionField) {
  const t = useText('wizard-people')
  const description = what === undefined ? undefined : t(what)
  return { label: t(label), description, placeholder, maw: '32rem' }
}

function TextControl({ field, value, onChange }: ControlProps) {
  return (
    <TextInput
      {...useCommon(field)}
      autoComplete="off"
      spellCheck={false}
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  )
}

/** A path that is written as `{file: PATH}`. */
function FileControl({ field, value, onChange }: ControlProps) {
  return (
    <TextControl
      field={field}
      value={valueAt(value, 'file')}
      onChange={(file) => onChange(file === undefined ? undefined : { file })}
    />
  )
}

function ListControl({ field, value, onChange }: ControlProps) {
  return (
    <ListField
      {...useCommon(field)}
      byLine={field.type === 'lines'}
      items={textsOf(value)}
      onChange={(next) => onChange(next.length === 0 ? undefined : next)}
    />
  )
}

function SecretControl({ field, value, onChange }: ControlProps) {
  const { label, maw } = useCommon(field)
  return (
    <Box maw={maw}>
      <SecretField
        label={label}
        set={isKept(value)}
        value={typeof value === 'string' ? value : null}
        onChange={(next) => onChange(next ?? { set: true })}
      />
    </Box>
  )
}

function PortControl({ field, value, onChange }: ControlProps) {
  return (
    <NumberInput
      {...useCommon(field)}
      maw="10rem"
      hideControls
      min={1}
      max={65_535}
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  )
}

function SwitchControl({ field, value, onChange }: ControlProps) {
  const { label, description } = useCommon(field)
  return (
    <Switch
      label={label}
      description={description}
      checked={value === true}
      onChange={(event) => onChange(event.currentTarget.checked || undefined)}
    />
  )
}

function ChoiceControl({ field, value, onChange }: ControlProps) {
  const choices = field.choices ?? []
  return (
    <Select
      {...useCommon(field)}
      maw="20rem"
      allowDeselect={false}
      data={[...choices]}
      value={textOf(value) || (choices[0]?.value ?? null)}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}

const controls: Readonly<Record<SectionField['type'], ComponentType<ControlProps>>> = {
  text: TextControl,
  file: FileControl,
  list: ListControl,
  lines: ListControl,
  secret: SecretControl,
  port: PortControl,
  switch: SwitchControl,
  choice: ChoiceControl,
}
