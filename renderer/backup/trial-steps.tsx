import type { Trial } from '../../src/admin/backups/shapes.ts'
import { CheckList } from '../components/check-list.tsx'
import { useText } from '../texts/use-text.tsx'

/** What was tried with a backup, as far as it went. The details are the server's, in English. */
export function TrialSteps({ trial }: { readonly trial: Trial }) {
  const t = useText('backups')
  return (
    <CheckList
      steps={trial.steps.map(({ name, ok, detail }) => ({
        id: name,
        title: t(`step_${name}`),
        outcome: ok ? 'ok' : 'failed',
        detail: <span lang="en">{detail}</span>,
      }))}
    />
  )
}
