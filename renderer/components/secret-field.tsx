import { Anchor, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { PasswordField } from './password-field.tsx'
import { useText } from '../texts/use-text.tsx'
import { Status } from './status.tsx'

export interface SecretFieldProps {
  readonly label: string
  readonly description?: string
  /** Whether the server keeps a value; the value itself never comes here. */
  readonly set: boolean
  /** The new value; null: the kept one stays. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  readonly error?: string | null
}

/** A secret: set it or replace it, never read it. */
export function SecretField({ label, description, set, value, onChange, error = null }: SecretFieldProps) {
  const t = useText('common')
  const [replacing, setReplacing] = useState(!set)
  if (set && !replacing) {
    return (
      <div role="group" aria-label={label}>
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Group gap="sm" mt={4}>
          <Status kind="ok" label={t('secretSet')} />
          <Anchor component="button" type="button" size="sm" onClick={() => setReplacing(true)}>
            {t('secretReplace')}
          </Anchor>
        </Group>
      </div>
    )
  }
  const keep = () => {
    onChange(null)
    setReplacing(false)
  }
  return (
    <div>
      <PasswordField
        label={label}
        description={description}
        // No browser should offer the password of the console here.
        autoComplete="new-password"
        value={value ?? ''}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {set && (
        <Anchor component="button" type="button" size="sm" mt={4} onClick={keep}>
          {t('secretKeep')}
        </Anchor>
      )}
    </div>
  )
}
