import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { CheckList, type CheckOutcome } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

type Why = AnswerOf<'POST /api/activity/why'>
type Opinion = Why['opinions'][number]

const outcomes = {
  found: 'ok',
  unknown: 'skipped',
  failed: 'failed',
  skipped: 'skipped',
  'not-asked': 'skipped',
} as const satisfies Record<Opinion['outcome'], CheckOutcome>

/** A real lookup: who an address leads to, and what everybody said who was asked. */
export function FindPerson() {
  const t = useText('wizard-finish')
  const [address, setAddress] = useState('')
  const why = useChange('POST /api/activity/why', { timeoutMs: 60_000, invalidates: [] })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (address.trim() !== '') why.mutate({ body: { asking: '', wanted: address.trim() } })
  }
  return (
    <SectionCard title={t('findPerson')} description={t('findPersonWhat')}>
      <Stack>
        <form onSubmit={submit}>
          <Group align="flex-end">
            <TextInput
              label={t('address')}
              placeholder="anna@example.org"
              autoComplete="off"
              spellCheck={false}
              w="24rem"
              maw="100%"
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={why.isPending}>
              {t('find')}
            </Button>
          </Group>
        </form>
        <div aria-live="polite">
          {why.error !== null && !why.isPending && <ErrorState error={why.error} />}
          {why.data !== undefined && !why.isPending && <Found {...why.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

function Found({ verdict, opinions }: Why) {
  const t = useText('wizard-finish')
  const formats = useFormats()
  const mxid = verdict.params['mxid']
  const isFound = verdict.state === 'found' && mxid !== undefined
  return (
    <Stack gap="md">
      <Status
        kind={isFound ? 'ok' : 'warning'}
        tinted
        label={isFound ? t('found', { mxid: String(mxid) }) : t('notFound')}
      />
      {!isFound && <Text size="sm">{t('notFoundWhat')}</Text>}
      <CheckList
        steps={opinions.map(({ source, outcome, mxids, ms, detail }, index) => ({
          id: `${source} ${index}`,
          title: source === 'association' ? t('publishedAddresses') : source,
          outcome: outcomes[outcome],
          detail: (
            <>
              {mxids.length > 0 ? mxids.join(', ') : t(outcome === 'unknown' ? 'unknownThere' : 'notAsked')}
              {` · ${formats.duration(ms)} `}
              {detail !== null && <span lang="en">{detail}</span>}
            </>
          ),
        }))}
      />
    </Stack>
  )
}
