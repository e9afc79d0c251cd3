import { Box, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { SecretField } from '../../components/secret-field.tsx'
import { isKept, textOf } from '../draft/values.ts'
import { useDraft } from '../draft/use-draft.tsx'

interface FieldProps {
  /** Of the setting. */
  readonly path: string
  readonly label: string
  readonly description?: string
  readonly placeholder?: string
  readonly error?: ReactNode
}

/** Fields of the wizard: each holds one setting of the draft. An empty one leaves the default. */
export function DraftText({ path, ...props }: FieldProps) {
  const { value, set } = useDraft()
  return (
    <TextInput
      autoComplete="off"
      spellCheck={false}
      maw="28rem"
      {...props}
      value={textOf(value(path))}
      onChange={(event) => set(path, event.currentTarget.value || undefined)}
    />
  )
}

export function DraftPort({ path, ...props }: FieldProps) {
  const { value, set } = useDraft()
  const port = value(path)
  return (
    <NumberInput
      maw="10rem"
      min={1}
      max={65_535}
      allowDecimal={false}
      hideControls
      {...props}
      value={typeof port === 'number' ? port : ''}
      onChange={(next) => set(path, typeof next === 'number' ? next : undefined)}
    />
  )
}

export function DraftSecret({ path, label, description }: FieldProps) {
  const { value, set } = useDraft()
  const secret = value(path)
  return (
    <Box maw="28rem">
      <SecretField
        label={label}
        {...(description === undefined ? {} : { description })}
        set={isKept(secret)}
        value={typeof secret === 'string' ? secret : null}
        onChange={(next) => set(path, next ?? { set: true })}
      />
    </Box>
  )
}

export interface DraftSwitchProps extends Omit<FieldProps, 'label'> {
  readonly label: ReactNode
  /** What counts when nothing is chosen. */
  readonly byDefault: boolean
  /** It cannot be chosen; what was chosen before can be taken back. */
  readonly isStopped?: boolean
}

export function DraftSwitch({ path, label, description, byDefault, isStopped = false }: DraftSwitchProps) {
  const { value, set } = useDraft()
  const on = value(path) ?? byDefault
  return (
    <Switch
      label={label}
      description={description}
      checked={on === true}
      disabled={isStopped && on !== true}
      onChange={({ currentTarget: { checked } }) => set(path, checked === byDefault ? undefined : checked)}
    />
  )
}

export interface DraftSelectProps extends FieldProps {
  readonly byDefault: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

export function DraftSelect({ path, byDefault, choices, ...props }: DraftSelectProps) {
  const { value, set } = useDraft()
  return (
    <Select
      maw="28rem"
      allowDeselect={false}
      {...props}
      data={[...choices]}
      value={textOf(value(path)) || byDefault}
      onChange={(next) => set(path, next === null || next === byDefault ? undefined : next)}
    />
  )
}
