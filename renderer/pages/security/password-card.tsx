import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useChange } from '../../api/hooks.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { checkPassword, NewPassword } from '../session/new-credentials.tsx'

const nothing = { password: '', repeated: '' }

/** A new password; the former one is asked for by the server. */
export function PasswordCard() {
  const t = useText('security')
  const [values, setValues] = useState(nothing)
  const [shown, setShown] = useState(false)
  const change = useChange('POST /api/session/password', { onDone: () => setValues(nothing) })
  const problems = checkPassword(values)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setShown(true)
    if (Object.keys(problems).length > 0) return
    setShown(false)
    change.mutate({ body: { password: values.password } })
  }
  return (
    <SectionCard title={t('password')} description={t('passwordBody')}>
      <form onSubmit={submit}>
        <Stack maw="24rem">
          <div aria-live="polite">
            {change.isSuccess && <Alert color="petrol" title={t('passwordChanged')} />}
          </div>
          {change.error !== null && <ErrorState error={change.error} />}
          <NewPassword values={values} problems={shown ? problems : {}} onChange={setValues} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t('changePassword')}
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            {t('forgotten')}
          </Text>
        </Stack>
      </form>
    </SectionCard>
  )
}
