import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { CheckList, type CheckOutcome, type CheckStep } from '../../../components/check-list.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText, type Translate } from '../../../texts/use-text.tsx'
import { senderWords, suggestedRecord } from './sender-words.ts'

type Finding = AnswerOf<'POST /api/notifications/sender'>['findings'][number]

/** Whether receivers can tell that mail of our sender is really ours, in plain words. */
export function SenderCard() {
  const t = useText('notifications')
  const [selector, setSelector] = useState('')
  const look = useChange('POST /api/notifications/sender', { invalidates: [] })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const typed = selector.trim()
    look.mutate({ body: typed === '' ? {} : { selector: typed } })
  }
  return (
    <SectionCard title={t('sender')} description={t('senderBody')}>
      <Stack>
        <form onSubmit={submit} noValidate>
          <Group align="flex-end">
            <TextInput
              label={t('selector')}
              description={t('selectorDoc')}
              placeholder="mail"
              autoComplete="off"
              spellCheck={false}
              w="22rem"
              maw="100%"
              value={selector}
              onChange={(event) => setSelector(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={look.isPending}>
              {t('senderLook')}
            </Button>
          </Group>
        </form>
        <div aria-live="polite">
          {look.isPending && <LoadingRows rows={4} height={40} />}
          {look.error !== null && !look.isPending && <ErrorState error={look.error} />}
          {look.data !== undefined && !look.isPending && (
            <Stack gap="sm">
              <Text size="sm">{t('senderOf', { domain: look.data.domain })}</Text>
              <CheckList steps={look.data.findings.map((finding) => stepOf(finding, t))} />
            </Stack>
          )}
        </div>
      </Stack>
    </SectionCard>
  )
}

const outcomes = {
  ok: 'ok',
  warning: 'warning',
  problem: 'failed',
  unknown: 'skipped',
} as const satisfies Record<Finding['status'], CheckOutcome>

const titles = { spf: 'aboutSpf', dkim: 'aboutDkim', dmarc: 'aboutDmarc', mx: 'aboutMx' } as const

function stepOf(finding: Finding, t: Translate<'notifications'>): CheckStep {
  const { about, code, status, name, record } = finding
  const { detail, fix } = senderWords[code] ?? senderWords['dns-silent']
  const snippet = suggestedRecord(finding)
  return {
    id: about,
    title: t(titles[about]),
    outcome: outcomes[status],
    detail: (
      <>
        {t(detail)}{' '}
        {record !== null && (
          <>
            <br />
            <code>{`${name}: ${record}`}</code>
          </>
        )}
      </>
    ),
    ...(fix === null ? {} : { fix: t(fix) }),
    ...(snippet === null ? {} : { snippet }),
  }
}
