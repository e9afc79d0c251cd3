import { Stack, Switch } from '@mantine/core'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { withValue, type Backend } from '../model.ts'
import { useNames } from '../use-list.tsx'

/** Whether a backend is asked, and for what. Each switch is a change of the file. */
export function SwitchesCard({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  const { id, section, enabled, uses } = backend
  const change = useChange('PUT /api/backends/{id}')
  const set = (path: string, on: boolean) =>
    change.mutate({ params: { id }, body: { section: withValue(section, path, on) } })
  return (
    <SectionCard title={t('usesTitle')} description={t('usesWhat')}>
      <Stack gap="sm">
        <Switch
          label={t('enabled')}
          checked={enabled}
          disabled={change.isPending}
          onChange={(event) => set('enabled', event.currentTarget.checked)}
        />
        {uses.map(({ use, on }) => (
          <Switch
            key={use}
            label={t(useNames[use])}
            checked={on}
            disabled={change.isPending || !enabled}
            onChange={(event) => set(`uses.${use}`, event.currentTarget.checked)}
          />
        ))}
        {change.error !== null && <ErrorState error={change.error} />}
      </Stack>
    </SectionCard>
  )
}
