import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useApi, useChange } from '../../../api/hooks.ts'
import { useUnsavedGuard } from '../../../app/use-unsaved-guard.tsx'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { CheckCard } from '../check/check-card.tsx'
import { problemsByKey } from '../form/problems.ts'
import { SectionForm } from '../form/section-form.tsx'
import type { Backend, Section } from '../model.ts'
import { CompareCard } from '../xray/compare-card.tsx'

/** The section of a backend; what a change would do can be seen before it is saved. */
export function SettingsTab({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  const navigate = useNavigate()
  const { id, type } = backend
  const [edited, setEdited] = useState<Section | null>(null)
  const section = edited ?? backend.section
  const described = useApi('GET /api/backend-kinds')
  const save = useChange('PUT /api/backends/{id}', {
    onDone: () => {
      setEdited(null)
      if (section['id'] !== id) void navigate(`/backends/${String(section['id'])}/settings`)
    },
  })
  const guard = useUnsavedGuard(edited !== null && !save.isPending)
  return (
    <QueryView query={described} loading={<LoadingRows rows={6} height={64} />}>
      {({ kinds }) => (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate({ params: { id }, body: { section } })
          }}
        >
          {guard}
          <Stack gap="md">
            {save.error !== null && <ErrorState error={save.error} />}
            <SectionCard title={t('settings')}>
              <SectionForm
                type={type}
                keys={kinds.find((kind) => kind.type === type)?.keys ?? []}
                section={section}
                onChange={setEdited}
                problems={problemsByKey(save.error)}
              />
            </SectionCard>
            {edited !== null && backend.sync !== null && <CompareCard id={id} section={edited} />}
            {edited !== null && type !== 'list' && <CheckCard section={edited} />}
            <div aria-live="polite">
              {save.isSuccess && edited === null && (
                <Alert color="petrol" title={t('saved')}>
                  {t(save.data.restartNeeded.length > 0 ? 'savedRestart' : 'savedBody')}
                </Alert>
              )}
            </div>
            <Group justify="space-between">
              <Group gap="sm">
                <Button type="submit" loading={save.isPending} disabled={edited === null}>
                  {t('save')}
                </Button>
                {edited !== null && (
                  <Button variant="default" onClick={() => setEdited(null)}>
                    {t('discard')}
                  </Button>
                )}
              </Group>
              <RemoveButton backend={backend} />
            </Group>
          </Stack>
        </form>
      )}
    </QueryView>
  )
}

function RemoveButton({ backend: { id, type } }: { readonly backend: Backend }) {
  const t = useText('backends')
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const remove = useChange('DELETE /api/backends/{id}', { onDone: () => void navigate('/backends') })
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('removeTitle', { name: id })}
        consequence={
          <Stack gap="sm">
            {t(type === 'list' ? 'removeListWhat' : 'removeWhat')}
            {remove.error !== null && <ErrorState error={remove.error} />}
          </Stack>
        }
        action={t('removeAction')}
        pending={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ params: { id } })}
      />
    </>
  )
}
