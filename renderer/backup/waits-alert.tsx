import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import type { PreparedRestore } from '../../src/admin/backups/shapes.ts'
import { useChange } from '../api/hooks.ts'
import type { Job } from '../api/use-job.ts'
import { ErrorState } from '../components/error-state.tsx'
import { useText } from '../texts/use-text.tsx'

export interface WaitsAlertProps {
  readonly canRestart: boolean
  readonly job: Job | undefined
}

/** A restore waits for the restart: the last moment to look at what it brings along. */
export function WaitsAlert({ canRestart, job }: WaitsAlertProps) {
  const t = useText('backups')
  const navigate = useNavigate()
  const prepared = job?.kind === 'restore' && job.state === 'done' ? (job.result as PreparedRestore) : null
  const restart = useChange('POST /api/restart', {
    invalidates: [],
    // The session ends with the former state, so that no page behind the sign-in could wait for it.
    onDone: () => void navigate('/restored', { state: prepared }),
  })
  useEffect(() => {
    // Once the server is away, nothing more can be loaded.
    void import('../pages/restored/page.tsx')
  }, [])
  const forget = useChange('POST /api/backups/forget-restore')
  return (
    <Alert color="orange" role="alert" title={t('waitsTitle')}>
      <Stack gap="sm">
        <Text size="sm">
          {t('waitsBody')} {!canRestart && t('waitsByHand')}
        </Text>
        {prepared !== null && <Consequences prepared={prepared} />}
        {restart.error !== null && <ErrorState error={restart.error} />}
        {forget.error !== null && <ErrorState error={forget.error} />}
        <Group gap="sm">
          {canRestart && (
            <Button color="red.8" loading={restart.isPending} onClick={() => restart.mutate()}>
              {t('restart')}
            </Button>
          )}
          <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate()}>
            {t('forget')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

function Consequences({ prepared: { changes, missingPaths } }: { readonly prepared: PreparedRestore }) {
  const t = useText('backups')
  return (
    <>
      {changes.length > 0 && (
        <div>
          <Text size="sm">{t('changed')}</Text>
          <List size="sm" lang="en">
            {changes.map((change) => (
              <List.Item key={change}>{change}</List.Item>
            ))}
          </List>
        </div>
      )}
      {missingPaths.length > 0 && (
        <div>
          <Text size="sm">{t('missing')}</Text>
          <List size="sm">
            {missingPaths.map(({ key, path }) => (
              <List.Item key={key}>
                <code>{path}</code> (<code>{key}</code>)
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  )
}
