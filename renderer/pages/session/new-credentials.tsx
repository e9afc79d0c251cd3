import { PasswordInput, TextInput } from '@mantine/core'
import { useText, type PlainKey } from '../../texts/use-text.tsx'

export interface CredentialValues {
  readonly name: string
  readonly password: string
  readonly repeated: string
}

export type CredentialProblems = Partial<Record<keyof CredentialValues, PlainKey<'session'>>>

/** The length that the server asks for (`src/admin/session/`); it also knows the common passwords. */
const shortest = 10

export function checkCredentials({ name, password, repeated }: CredentialValues): CredentialProblems {
  return {
    ...(name.trim() === '' ? { name: 'nameMissing' as const } : {}),
    ...(password.length < shortest ? { password: 'tooShort' as const } : {}),
    ...(password === repeated ? {} : { repeated: 'repeatDiffers' as const }),
  }
}

export interface NewCredentialsProps {
  readonly values: CredentialValues
  readonly problems: CredentialProblems
  readonly onChange: (values: CredentialValues) => void
}

/** Name and new password, typed twice. */
export function NewCredentials({ values, problems, onChange }: NewCredentialsProps) {
  const t = useText('session')
  const bind = (field: keyof CredentialValues) => {
    const problem = problems[field]
    return {
      value: values[field],
      error: problem === undefined ? null : t(problem),
      onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
        onChange({ ...values, [field]: event.currentTarget.value }),
    }
  }
  return (
    <>
      <TextInput label={t('name')} autoComplete="username" autoFocus maxLength={60} {...bind('name')} />
      <PasswordInput
        label={t('password')}
        description={t('claimHint')}
        autoComplete="new-password"
        {...bind('password')}
      />
      <PasswordInput label={t('repeat')} autoComplete="new-password" {...bind('repeated')} />
    </>
  )
}
