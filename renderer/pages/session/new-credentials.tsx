import { TextInput } from '@mantine/core'
import { PasswordField } from '../../components/password-field.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'

export interface PasswordValues {
  readonly password: string
  readonly repeated: string
}

export interface CredentialValues extends PasswordValues {
  readonly name: string
}

type Problems<V> = Partial<Record<keyof V, PlainKey<'session'>>>

/** The length that the server asks for (`src/admin/session/password-rules.ts`); it also knows the common passwords. */
const shortest = 10

export function checkPassword({ password, repeated }: PasswordValues): Problems<PasswordValues> {
  return {
    ...(password.length < shortest ? { password: 'tooShort' as const } : {}),
    ...(password === repeated ? {} : { repeated: 'repeatDiffers' as const }),
  }
}

export function checkCredentials(values: CredentialValues): Problems<CredentialValues> {
  return { ...(values.name.trim() === '' ? { name: 'nameMissing' as const } : {}), ...checkPassword(values) }
}

interface FieldsProps<V> {
  readonly values: V
  readonly problems: Problems<V>
  readonly onChange: (values: V) => void
}

/** A new password, typed twice. */
export function NewPassword<V extends PasswordValues>({ values, problems, onChange }: FieldsProps<V>) {
  const t = useText('session')
  const bind = (field: keyof PasswordValues) => {
    const problem: PlainKey<'session'> | undefined = problems[field]
    return {
      autoComplete: 'new-password',
      value: values[field],
      error: problem === undefined ? null : t(problem),
      onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
        onChange({ ...values, [field]: event.currentTarget.value }),
    }
  }
  return (
    <>
      <PasswordField label={t('password')} description={t('claimHint')} {...bind('password')} />
      <PasswordField label={t('repeat')} {...bind('repeated')} />
    </>
  )
}

/** Name and new password. */
export function NewCredentials({ values, problems, onChange }: FieldsProps<CredentialValues>) {
  const t = useText('session')
  return (
    <>
      <TextInput
        label={t('name')}
        autoComplete="username"
        maxLength={60}
        value={values.name}
        error={problems.name === undefined ? null : t(problems.name)}
        onChange={(event) => onChange({ ...values, name: event.currentTarget.value })}
      />
      <NewPassword values={values} problems={problems} onChange={onChange} />
    </>
  )
}
