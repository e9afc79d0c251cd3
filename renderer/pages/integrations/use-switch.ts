import { useChange } from '../../api/hooks.ts'
import { madeFromSettings } from '../../components/made-from-settings.ts'
import { useText } from '../../texts/use-text.tsx'
import { features, type FeatureId } from '../../components/integration-features.ts'

/** Switches a feature on and off, by its key of the configuration. */
export function useSwitch(id: FeatureId, onDone: () => void) {
  const t = useText('integrations')
  const { switch: key, name } = features[id]
  const save = useChange('PUT /api/settings', { invalidates: madeFromSettings, onDone })
  const asked = typeof save.variables === 'object' ? save.variables.body.changes[0]?.value === true : null
  return {
    error: save.error,
    /** What was just chosen, until the server has done it; null: nothing is on its way. */
    wanted: save.isPending ? asked : null,
    turn: (on: boolean) =>
      save.mutate({
        body: {
          summary: t(on ? 'switchedOn' : 'switchedOff', { name: t(name) }),
          changes: [{ path: key.split('.'), ...(on ? { value: true } : {}) }],
        },
      }),
  }
}
