import { Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { StepPage, type Verdict } from '../frame/step-page.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { DraftCheck } from '../parts/draft-check.tsx'
import { DraftText } from '../parts/draft-fields.tsx'
import { AcmeCard } from './acme-card.tsx'
import { FilesCard } from './files-card.tsx'
import { ListenCard } from './listen-card.tsx'
import { ProxyCard } from '../parts/proxy-card.tsx'
import { useJudgement } from './use-judgement.ts'
import { usePortState } from './use-port-state.ts'

const modes = ['proxy', 'acme', 'files', 'selfSigned'] as const
type Mode = (typeof modes)[number]

const titles = {
  proxy: 'modeProxy',
  acme: 'modeAcme',
  files: 'modeFiles',
  selfSigned: 'modeSelfSigned',
} as const
const descriptions = {
  proxy: 'modeProxyWhat',
  acme: 'modeAcmeWhat',
  files: 'modeFilesWhat',
  selfSigned: 'modeSelfSignedWhat',
} as const

export function TlsStep() {
  const t = useText('wizard-connect')
  const draft = useDraft()
  const mode: Mode = modes.find((one) => one === draft.value('server.tls.mode')) ?? 'proxy'
  const port = usePortState()
  const judgement = useJudgement()
  const publicUrl = textOf(draft.value('server.publicUrl'))
  const isUrlWrong = publicUrl !== '' && !/^https?:\/\/[^/]/.test(publicUrl)

  return (
    <StepPage step="tls" lead={t('tlsLead')} verdict={verdictOf()}>
      <ChoiceCards
        label={t('mode')}
        value={mode}
        choices={modes.map((value) => ({
          value,
          title: t(titles[value]),
          description: t(descriptions[value]),
        }))}
        onChange={(next) => draft.set('server.tls.mode', next === 'proxy' ? undefined : next)}
      />
      <SectionCard title={t('address')} description={t('addressWhat')}>
        <Stack>
          <DraftText
            path="server.publicUrl"
            label={t('publicUrl')}
            description={t('publicUrlWhat')}
            placeholder={`https://${textOf(draft.value('matrix.domain')) || 'example.org'}`}
            error={isUrlWrong ? t('publicUrlWrong') : null}
          />
        </Stack>
      </SectionCard>
      {mode === 'proxy' && <ProxyCard />}
      {mode === 'acme' && <AcmeCard />}
      {mode === 'files' && <FilesCard judgement={judgement} />}
      <ListenCard port={port} />
      <DraftCheck
        title={t('testIt')}
        description={t('testItWhat')}
        action={t('testItNow')}
        areas={['public-url']}
      />
    </StepPage>
  )

  function verdictOf(): Verdict {
    if (isUrlWrong) return { kind: 'blocked', note: t('publicUrlWrong') }
    if (port.isPending) return { kind: 'pending' }
    if (port.isBad) return { kind: 'blocked', note: t('portBlocks') }
    if (mode === 'acme' && draft.value('server.tls.acme.agreeToTerms') !== true) {
      return { kind: 'blocked', note: t('acmeTermsMissing') }
    }
    return mode === 'files' ? ofFiles() : { kind: 'fine' }
  }

  function ofFiles(): Verdict {
    if (!judgement.isComplete) return { kind: 'blocked', note: t('filesMissing') }
    if (judgement.isPending) return { kind: 'pending' }
    if (judgement.isUnusable) return { kind: 'blocked', note: t('filesUnusable') }
    return judgement.hasProblem ? { kind: 'doubtful', note: t('filesDoubtful') } : { kind: 'fine' }
  }
}
