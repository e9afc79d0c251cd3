import { JsonInput, MultiSelect, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core'
import { describedBy } from './doc-field.tsx'
import { PasswordField } from './password-field.tsx'
import { useText } from '../texts/use-text.tsx'
import { asText, controlOf, type ConfigKey } from './config-key.ts'

export interface ConfigControlProps {
  readonly id: string
  readonly configKey: ConfigKey
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  /** Its text stands in the `DocField` around it. */
  readonly error?: boolean
}

/** The control that fits the type of a key. */
export function ConfigControl({ id, configKey, value, onChange, error = false }: ConfigControlProps) {
  const t = useText('common')
  const common = { id, 'aria-describedby': describedBy(id), error }
  const choices = [...(configKey.values ?? [])]
  switch (controlOf(configKey)) {
    case 'switch':
      return (
        <Switch
          {...common}
          mt={4}
          checked={value === true}
          label={t(value === true ? 'switchOn' : 'switchOff')}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...common}
          maw="14rem"
          // Nobody writes a port as "36 153".
          thousandSeparator={configKey.path.toLowerCase().endsWith('port') ? '' : ' '}
          value={numberOrText(value)}
          onChange={(next) => onChange(next === '' ? undefined : next)}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          maw="20rem"
          data={choices}
          allowDeselect={false}
          value={textOrNull(value)}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )
    case 'choices':
      return <MultiSelect {...common} maw="28rem" data={choices} value={texts(value)} onChange={onChange} />
    case 'list':
      return (
        <TagsInput
          {...common}
          value={texts(value)}
          // Names of entries in a directory have commas and spaces.
          splitChars={['\n']}
          placeholder={t('listHint')}
          onChange={onChange}
        />
      )
    case 'secret':
      return (
        <PasswordField
          {...common}
          maw="28rem"
          autoComplete="new-password"
          placeholder={t(isSet(value) ? 'secretKept' : 'secretNone')}
          value={textOrNull(value) ?? ''}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'json':
      return <JsonControl {...common} value={value} onChange={onChange} />
    case 'text':
      return (
        <TextInput
          {...common}
          maw="28rem"
          value={asText(value)}
          onChange={(event) =>
            onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
          }
        />
      )
  }
}

interface JsonControlProps {
  readonly id: string
  readonly 'aria-describedby': string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

/** Text that is no JSON (yet) is sent as it stands, and the server says what is wrong with it. */
function JsonControl({ value, onChange, ...common }: JsonControlProps) {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, null, 2)
  return (
    <JsonInput
      {...common}
      autosize
      minRows={2}
      maxRows={16}
      value={text}
      onChange={(next) => onChange(next.trim() === '' ? undefined : parsed(next))}
    />
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)

const numberOrText = (value: unknown) => (typeof value === 'number' ? value : (textOrNull(value) ?? ''))

const isSet = (value: unknown) => typeof value === 'object' && value !== null && 'set' in value
