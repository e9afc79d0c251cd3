import { Button, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status, type StatusKind } from '../../components/status.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

type Record = AnswerOf<'POST /api/federation/records'>['records'][number]

const kinds = {
  ours: 'ok',
  other: 'problem',
  missing: 'warning',
  unknown: 'unknown',
} as const satisfies { [K in Record['state']]: StatusKind }

/** What others look for in DNS, and whether it is there. Asked on a click: it tells DNS that somebody looks. */
export function RecordCard() {
  const t = useText('federation')
  const look = useChange('POST /api/federation/records', { invalidates: [] })
  return (
    <SectionCard
      title={t('record')}
      description={t('recordBody')}
      aside={
        <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
          {t('recordCheck')}
        </Button>
      }
    >
      <Stack gap="md" aria-live="polite">
        {look.error !== null && <ErrorState error={look.error} />}
        {look.data?.records.map((record) => (
          <Record key={record.domain} {...record} />
        ))}
      </Stack>
    </SectionCard>
  )
}

function Record({ domain, name, wanted, state, found }: Record) {
  const t = useText('federation')
  const formats = useFormats()
  return (
    <div>
      <Text component="div" fw={600}>
        {domain} <Status kind={kinds[state]} label={t(`record_${state}`)} />
      </Text>
      {found.length > 0 && state !== 'ours' && (
        <Text size="sm">{t('recordFound', { found: formats.list(found) })}</Text>
      )}
      <CodeBlock title={t('recordCopy')} code={`${name}. 3600 IN SRV ${wanted}`} />
    </div>
  )
}
