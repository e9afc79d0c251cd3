import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Status } from '../../../components/status.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { problemsByKey } from '../form/problems.ts'
import { Opinions } from './opinions.tsx'

type Explanation = AnswerOf<'POST /api/lookup/explain'>

/** An address in; who answered, and what every source said. */
export function LookupCard() {
  const t = useText('backends')
  const [address, setAddress] = useState('')
  const explain = useChange('POST /api/lookup/explain', { invalidates: [], timeoutMs: 60_000 })
  const problem = problemsByKey(explain.error).get('address')
  return (
    <SectionCard title={t('lookupTitle')} description={t('lookupWhat')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          explain.mutate({ body: { address } })
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('lookupAddress')}
            placeholder="anna@example.org"
            value={address}
            error={problem}
            w="24rem"
            maw="100%"
            required
            withAsterisk={false}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" loading={explain.isPending}>
            {t('lookupRun')}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {explain.error !== null && problem === undefined && <ErrorState error={explain.error} />}
        {explain.data !== undefined && <Answer explanation={explain.data} />}
      </div>
    </SectionCard>
  )
}

function Answer({ explanation }: { readonly explanation: Explanation }) {
  const t = useText('backends')
  const formats = useFormats()
  const { answer, ms } = explanation
  return (
    <Stack gap="sm" mt="md">
      <div>
        {answer === null ? (
          <Status kind="unknown" label={t('lookupNobody')} />
        ) : (
          <>
            <Text fw={600} size="lg">
              {answer.mxid}
            </Text>
            <Status
              kind="ok"
              label={
                answer.source === 'association'
                  ? t('lookupAssociation')
                  : t('lookupFrom', { source: answer.source })
              }
            />
          </>
        )}
        <Text size="sm" c="dimmed">
          {t('lookupTook', { time: formats.duration(ms) })}
        </Text>
      </div>
      <Opinions explanation={explanation} />
    </Stack>
  )
}
