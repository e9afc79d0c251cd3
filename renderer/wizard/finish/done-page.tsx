import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { invalidate, useChange } from '../../api/hooks.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { FindingList } from '../../components/finding-list.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'
import { pathOf } from '../steps.ts'
import { FindPerson } from './find-person.tsx'
import { LeftToDo } from './left-to-do.tsx'

/** The doctor gives up after nine seconds by itself. */
const PATIENCE_MS = 30_000

/** The server runs with what was chosen: the last checks, and a person who is found. */
export function DonePage() {
  const t = useText('wizard-finish')
  const queries = useQueryClient()
  useEffect(() => void invalidate(queries, ['GET /api/session']), [queries])
  return (
    <PlainFrame wide>
      <PageHeader
        title={t('done')}
        description={t('doneLead')}
        actions={
          <Button component={Link} to="/">
            {t('toConsole')}
          </Button>
        }
      />
      <Stack gap="lg">
        <FindPerson />
        <LeftToDo />
        <LastChecks />
        <Anchor component={Link} to={pathOf('start')} size="sm">
          {t('again')}
        </Anchor>
      </Stack>
    </PlainFrame>
  )
}

function LastChecks() {
  const t = useText('wizard-finish')
  const look = useChange('POST /api/doctor', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const { mutate } = look
  useEffect(() => mutate({ body: {} }), [mutate])
  const faults = look.data?.findings.filter(({ status }) => status === 'problem' || status === 'warning')
  const passed = look.data?.findings.filter(({ status }) => status === 'ok').length ?? 0
  return (
    <SectionCard
      title={t('lastChecks')}
      description={t('lastChecksWhat')}
      aside={
        <Button variant="default" size="xs" loading={look.isPending} onClick={() => mutate({ body: {} })}>
          {t('checkAgain')}
        </Button>
      }
    >
      <div aria-live="polite">
        {look.isPending && <LoadingRows rows={3} height={40} />}
        {look.error !== null && !look.isPending && <ErrorState error={look.error} />}
        {faults !== undefined && !look.isPending && (
          <Stack gap="md">
            <Group gap="md">
              <Status
                kind={faults.length === 0 ? 'ok' : 'warning'}
                tinted
                label={t('faults', { count: faults.length })}
              />
              <Text size="sm" c="dimmed">
                {t('passed', { count: passed })}
              </Text>
            </Group>
            {faults.length > 0 && <FindingList findings={faults} />}
          </Stack>
        )}
      </div>
    </SectionCard>
  )
}
