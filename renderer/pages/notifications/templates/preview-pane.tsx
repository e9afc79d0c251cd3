import { Group, SegmentedControl, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import classes from './editor.module.css'
import type { Preview } from './use-preview.ts'

const views = ['light', 'dark', 'text'] as const
type View = (typeof views)[number]
const labels = { light: 'viewLight', dark: 'viewDark', text: 'viewText' } as const

/** The message as people get it, with invented values. */
export function PreviewPane({ preview }: { readonly preview: UseQueryResult<Preview, ApiError> }) {
  return (
    <QueryView query={preview} loading={<LoadingCard height={600} />}>
      {(data) => <Shown {...data} />}
    </QueryView>
  )
}

function Shown({ subject, text, htmlId, fault }: Preview) {
  const t = useText('notifications')
  const [wanted, setView] = useState<View>('light')
  const possible = views.filter((one) => (one === 'text' ? text !== null : htmlId !== null))
  const view = possible.includes(wanted) ? wanted : (possible[0] ?? 'text')
  if (fault !== null) {
    return (
      <EmptyState title={t('previewFault')}>
        {t('previewFaultBody', { name: fault.name })} <span lang="en">{fault.reason}</span>
      </EmptyState>
    )
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600}>{t('preview')}</Text>
        {possible.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t('previewAs')}
            value={view}
            data={possible.map((one) => ({ value: one, label: t(labels[one]) }))}
            onChange={(next) => setView(next as View)}
          />
        )}
      </Group>
      {subject !== null && (
        <Text size="sm">
          <Text span size="sm" c="dimmed">
            {t('partSubject')}:
          </Text>{' '}
          {subject}
        </Text>
      )}
      {view === 'text' || htmlId === null ? (
        <p className={classes.text}>{text}</p>
      ) : (
        // Nothing in it can run: the sandbox allows nothing, and the document has a policy of its own.
        <iframe
          className={classes.frame}
          data-scheme={view}
          sandbox=""
          title={t('previewFrame')}
          src={`/api/notifications/previews/${htmlId}?scheme=${view}`}
        />
      )}
      <Text size="xs" c="dimmed">
        {t('previewBody')}
      </Text>
    </Stack>
  )
}
