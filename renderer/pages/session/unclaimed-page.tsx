import { useDocumentTitle } from '../../app/document-state.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { useText } from '../../texts/use-text.tsx'
import { SessionCard } from './session-card.tsx'

/** For whoever opens the console before the one-time link was used. */
export function UnclaimedPage() {
  const t = useText('session')
  useDocumentTitle(t('unclaimedTitle'))
  return (
    <PlainFrame>
      <SessionCard title={t('unclaimedTitle')} subtitle={t('unclaimedWhat')}>
        <CodeBlock code="signpost admin link" />
      </SessionCard>
    </PlainFrame>
  )
}
