import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { PersonActions } from './person-actions.tsx'
import { PersonReport } from './person-report.tsx'

/** What is kept of one person: to be looked at, handed out, erased. */
export function PersonCard() {
  const t = useText('backups')
  const [who, setWho] = useState('')
  const look = useChange('POST /api/person/look', { invalidates: [] })
  const [erased, setErased] = useState(false)
  const problem = look.error?.problems.find(({ path }) => path === 'who')
  // What was looked for, whatever is typed meanwhile.
  const asked = typeof look.variables === 'object' ? look.variables.body.who : ''

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setErased(false)
    if (who.trim() !== '') look.mutate({ body: { who } })
  }
  return (
    <SectionCard title={t('person')} description={t('personBody')}>
      <Stack gap="md">
        <form onSubmit={submit} noValidate>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={t('who')}
              autoComplete="off"
              w="min(24rem, 100%)"
              value={who}
              error={problem !== undefined && `${problem.message} ${problem.fix ?? ''}`}
              onChange={(event) => setWho(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={look.isPending}>
              {t('look')}
            </Button>
          </Group>
        </form>
        {look.error !== null && problem === undefined && <ErrorState error={look.error} />}
        <div aria-live="polite">{erased && <Alert color="petrol" title={t('erased')} />}</div>
        {look.data !== undefined && (
          <>
            <PersonReport report={look.data} />
            <PersonActions
              who={asked}
              report={look.data}
              onErased={() => {
                setErased(true)
                look.mutate({ body: { who: asked } })
              }}
            />
          </>
        )}
      </Stack>
    </SectionCard>
  )
}
