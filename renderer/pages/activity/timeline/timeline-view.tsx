import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import classes from '../question.module.css'
import { useActivityWords } from '../words.ts'
import { EntryList } from './entry-list.tsx'

/** Everything that Signpost knows about one address. It stands in no address bar: nothing keeps what was typed. */
export function TimelineView() {
  const t = useText('activity')
  const [address, setAddress] = useState('')
  const look = useChange('POST /api/activity/timeline', { invalidates: [] })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    look.mutate({ body: { address } })
  }
  return (
    <Stack gap="lg">
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          className={classes.field}
          label={t('timelineLabel')}
          description={t('timelineHint')}
          inputMode="email"
          autoComplete="off"
          required
          withAsterisk={false}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" loading={look.isPending}>
          {t('timelineLook')}
        </Button>
      </form>
      <div aria-live="polite" aria-busy={look.isPending}>
        {look.isPending && <LoadingCard height={240} />}
        {look.error !== null && <ErrorState error={look.error} />}
        {look.data !== undefined && !look.isPending && <Timeline timeline={look.data} />}
      </div>
    </Stack>
  )
}

function Timeline({ timeline }: { readonly timeline: AnswerOf<'POST /api/activity/timeline'> }) {
  const t = useText('activity')
  const words = useActivityWords()
  const { address, mapping, entries, shortened } = timeline
  if (entries.length === 0) {
    return (
      <EmptyState title={t('timelineNothing')} level={2}>
        {t('timelineNothingBody')}
      </EmptyState>
    )
  }
  return (
    <SectionCard
      title={t('timelineOf', { address })}
      description={
        mapping === null
          ? t('timelineNobody')
          : t('timelineBelongs', { ...mapping, source: words.source(mapping.source) })
      }
    >
      <EntryList entries={entries} />
      {shortened && (
        <Text size="sm" c="dimmed" mt="md">
          {t('timelineShortened')}
        </Text>
      )}
    </SectionCard>
  )
}
