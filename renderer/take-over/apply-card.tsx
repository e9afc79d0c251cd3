import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../api/hooks.ts'
import { CodeBlock } from '../components/code-block.tsx'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { SectionCard } from '../components/section-card.tsx'
import { useText } from '../texts/use-text.tsx'
import type { Looked } from './model.ts'

export interface ApplyCardProps {
  readonly looked: Looked
  readonly onOrdered: () => void
  readonly onLeave: () => void
}

/** The decision after the look: what happens to the address, and the deed. */
export function ApplyCard({ looked, onOrdered, onLeave }: ApplyCardProps) {
  const t = useText('take-over')
  const [asking, setAsking] = useState(false)
  const apply = useChange('POST /api/take-over/apply', { invalidates: [], onDone: onOrdered })
  const { listen, listenAs } = looked
  const address = listen === null ? '' : `${listen.host}:${listen.port}`
  return (
    <SectionCard title={t('applyTitle')}>
      <Stack gap="md">
        <Text size="sm">{t(listenAs === 'ours' ? 'applyOurs' : 'applyTheirs', { address })}</Text>
        <PortAlert listen={listen} />
        {apply.error !== null && <ErrorState error={apply.error} />}
        <Group gap="sm">
          <Button onClick={() => setAsking(true)}>{t('apply')}</Button>
          <Button variant="default" onClick={onLeave}>
            {t('lookAgain')}
          </Button>
        </Group>
        <ConfirmDialog
          opened={asking}
          title={t('applyAsk')}
          action={t('applyAction')}
          dangerous={false}
          pending={apply.isPending}
          consequence={t('applyConsequence')}
          onConfirm={() => apply.mutate(undefined, { onSettled: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      </Stack>
    </SectionCard>
  )
}

/** Who has the port that Signpost would get. */
function PortAlert({ listen }: { readonly listen: Looked['listen'] }) {
  const t = useText('take-over')
  if (listen === null || listen.state === 'free' || listen.state === 'own') return null
  if (listen.state !== 'taken') return <Alert color="orange" title={t('portNotAllowed')} />
  const { owner, command } = listen
  return (
    <Alert color="orange" title={owner === null ? t('portTakenNobody') : t('portTaken', { owner })}>
      {command !== null && <CodeBlock code={command} />}
    </Alert>
  )
}
