import { Button, Stack, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { useText } from '../../../texts/use-text.tsx'
import classes from '../question.module.css'
import { WhyAnswer } from './why-answer.tsx'

/** Other servers are asked as for a real lookup, each with its own time limit. */
const PATIENCE_MS = 60_000

/** Two people in, one reason out. */
export function WhyView() {
  const t = useText('activity')
  const [asking, setAsking] = useState('')
  const [wanted, setWanted] = useState('')
  const ask = useChange('POST /api/activity/why', { invalidates: [], timeoutMs: PATIENCE_MS })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    ask.mutate({ body: { asking, wanted } })
  }
  return (
    <Stack gap="lg">
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          className={classes.field}
          label={t('whyAsking')}
          description={t('whyAskingHint')}
          placeholder="@anna:example.org"
          autoComplete="off"
          value={asking}
          onChange={(event) => setAsking(event.currentTarget.value)}
        />
        <TextInput
          className={classes.field}
          label={t('whyWanted')}
          description={t('whyWantedHint')}
          placeholder="bob@example.org"
          autoComplete="off"
          required
          withAsterisk={false}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Button type="submit" loading={ask.isPending}>
          {t('whyLook')}
        </Button>
      </form>
      <div aria-live="polite" aria-busy={ask.isPending}>
        {ask.isPending && <LoadingCard height={200} />}
        {ask.error !== null && <ErrorState error={ask.error} />}
        {ask.data !== undefined && !ask.isPending && <WhyAnswer answer={ask.data} />}
      </div>
    </Stack>
  )
}
