import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { CheckList, type CheckOutcome } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'

type Explained = AnswerOf<'POST /api/lookup/explain'>
type Opinion = Explained['opinions'][number]

const outcomes = {
  found: 'ok',
  unknown: 'skipped',
  failed: 'failed',
  skipped: 'skipped',
} as const satisfies Record<Opinion['outcome'], CheckOutcome>

const words = {
  found: 'unknownThere',
  unknown: 'unknownThere',
  failed: 'failedThere',
  skipped: 'notAsked',
} as const satisfies Record<Opinion['outcome'], PlainKey<'wizard-finish'>>

/** A real lookup: who an address leads to, and what everybody said who was asked. */
export function FindPerson() {
  const t = useText('wizard-finish')
  const [address, setAddress] = useState('')
  const look = useChange('POST /api/lookup/explain', { timeoutMs: 60_000, invalidates: [] })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (address.trim() !== '') look.mutate({ body: { address: address.trim() } })
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
            <Button type="submit" variant="default" loading={look.isPending}>
              {t('find')}
            </Button>
          </Group>
        </form>
        <div aria-live="polite">
          {look.error !== null && !look.isPending && <ErrorState error={look.error} />}
          {look.data !== undefined && !look.isPending && <Found {...look.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

function Found({ answer, opinions }: Explained) {
  const t = useText('wizard-finish')
  const formats = useFormats()
  const nameOf = ({ source, type, where }: Opinion) => {
    if (source === 'association') return t('publishedAddresses')
    return where === 'storage' && type !== 'list' ? t('copyOf', { source }) : source
  }
  return (
    <Stack gap="md">
      <Group>
        <Status
          kind={answer === null ? 'warning' : 'ok'}
          tinted
          label={answer === null ? t('notFound') : t('found', { mxid: answer.mxid })}
        />
      </Group>
      {answer === null && <Text size="sm">{t('notFoundWhat')}</Text>}
      <CheckList
        steps={opinions.map((opinion) => {
          const { source, where, outcome, mxids, ms, failure } = opinion
          const said = mxids.length > 0 ? mxids.join(', ') : t(words[outcome])
          return {
            id: `${source} ${where}`,
            title: nameOf(opinion),
            outcome: outcomes[outcome],
            detail: `${said} · ${formats.duration(ms)}`,
            ...(failure === null
              ? {}
              : {
                  cause: <span lang="en">{failure.message}</span>,
                  fix: <span lang="en">{failure.fix}</span>,
                }),
          }
        })}
      />
    </Stack>
  )
}
