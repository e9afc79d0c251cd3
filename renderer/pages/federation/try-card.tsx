import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange } from '../../api/hooks.ts'
import { CheckList } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'

const titles: Readonly<Record<string, PlainKey<'federation'>>> = {
  settings: 'step_settings',
  dns: 'step_dns',
  address: 'step_address',
  tls: 'step_tls',
  api: 'step_api',
  key: 'step_key',
  terms: 'step_terms',
  account: 'step_account',
  answer: 'step_answer',
}

/** Each of nine steps has the time of one question. */
const PATIENCE_MS = 90_000

/** Asks another organisation as a lookup would, and shows each step of the way. */
export function TryCard() {
  const t = useText('federation')
  const [target, setTarget] = useState('')
  const [address, setAddress] = useState('')
  const check = useChange('POST /api/federation/check', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    check.mutate({ body: { target, ...(address === '' ? {} : { address }) } })
  }
  return (
    <SectionCard title={t('try')} description={t('tryBody')}>
      <Stack gap="md">
        <form onSubmit={submit}>
          <Group gap="sm" align="flex-end">
            <TextInput
              label={t('tryTarget')}
              placeholder="partner.example"
              value={target}
              onChange={({ currentTarget }) => setTarget(currentTarget.value.trim())}
              w={{ base: '100%', sm: '18rem' }}
            />
            <TextInput
              label={t('tryAddress')}
              value={address}
              onChange={({ currentTarget }) => setAddress(currentTarget.value.trim())}
              w={{ base: '100%', sm: '18rem' }}
            />
            <Button type="submit" disabled={target === ''} loading={check.isPending}>
              {t('tryDo')}
            </Button>
          </Group>
        </form>
        {check.error !== null && <ErrorState error={check.error} />}
        {check.data !== undefined && (
          <CheckList
            steps={check.data.steps.map(({ step, outcome, detail, fix }) => ({
              id: step,
              title: titles[step] === undefined ? step : t(titles[step]),
              outcome,
              detail,
              ...(fix === null ? {} : { fix }),
            }))}
          />
        )}
      </Stack>
    </SectionCard>
  )
}
