import { Navigate, useParams } from 'react-router'
import type { AnswerOf } from '../api/client.ts'
import { useApi } from '../api/hooks.ts'
import { PlainFrame } from '../app/plain-frame.tsx'
import { useDocumentTitle } from '../app/document-state.ts'
import { ErrorState } from '../components/error-state.tsx'
import { LoadingCard } from '../components/loading.tsx'
import { useText } from '../texts/use-text.tsx'
import { DraftProvider } from './draft/use-draft.tsx'
import { DonePage } from './finish/done-page.tsx'
import { WaitingPage } from './finish/waiting-page.tsx'
import { WizardFrame } from './frame/wizard-frame.tsx'
import { stepContents } from './step-contents.ts'
import { isStep, pathOf } from './steps.ts'

type Wizard = AnswerOf<'GET /api/wizard'>

const emptyDraft = { step: 'start', choices: {}, settings: {} }
const donePath = '/wizard/done'
/** Milliseconds between two looks for the end of the restart. */
const LOOK_MS = 700

export function Page() {
  const t = useText('wizard')
  useDocumentTitle(t('title'))
  const wizard = useApi('GET /api/wizard', undefined, {
    refetchEvery: (data) => (data?.applied.state === 'waiting' ? LOOK_MS : false),
  })
  if (wizard.data === undefined) {
    return (
      <PlainFrame wide>
        <h1 className="visually-hidden">{t('title')}</h1>
        {wizard.error === null ? (
          <LoadingCard height={400} />
        ) : (
          <ErrorState error={wizard.error} onRetry={() => void wizard.refetch()} />
        )}
      </PlainFrame>
    )
  }
  return <Stage wizard={wizard.data} isReachable={wizard.error === null} />
}

function Stage({ wizard, isReachable }: { readonly wizard: Wizard; readonly isReachable: boolean }) {
  const wanted = useParams()['*']
  const { draft, finished, applied, current } = wizard
  if (applied.state === 'waiting') return <WaitingPage isReachable={isReachable} />
  if (wanted === 'done' && finished) return <DonePage />
  const isDone = draft === null && finished
  if (isDone && wanted !== 'start') return <Navigate to={donePath} replace />
  const first = draft ?? emptyDraft
  if (!isStep(wanted)) {
    return <Navigate to={pathOf(isStep(first.step) ? first.step : 'start')} replace />
  }
  const Step = stepContents[wanted]
  return (
    <DraftProvider first={first} current={current}>
      <WizardFrame step={wanted}>
        <Step />
      </WizardFrame>
    </DraftProvider>
  )
}
