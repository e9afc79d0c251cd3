import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { CheckList, type CheckOutcome } from '../../components/check-list.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import { FileDrop } from '../../components/file-drop.tsx'

type Read = AnswerOf<'POST /api/gateway/homeserver-yaml'>

const outcomes = {
  problem: 'failed',
  warning: 'warning',
  note: 'ok',
} as const satisfies Record<Read['findings'][number]['severity'], CheckOutcome>

/** Reads the configuration of a Synapse and says what stands in the way. It goes to our own server and is not kept. */
export function YamlReader() {
  const t = useText('wizard-connect')
  const read = useDraftCall('POST /api/gateway/homeserver-yaml')
  const take = async (files: readonly File[]) => {
    const texts = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })))
    read.mutate({ body: { files: texts, draft: true } })
  }
  return (
    <SectionCard title={t('yaml')} description={t('yamlWhat')}>
      <Stack>
        <FileDrop
          action={t('yamlChoose')}
          hint={t('yamlHint')}
          accept=".yaml,.yml"
          multiple
          pending={read.isPending}
          onFiles={(files) => void take(files)}
        />
        <div aria-live="polite">
          {read.error !== null && <ErrorState error={read.error} />}
          {read.data !== undefined && <Findings {...read.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

function Findings({ findings, diff }: Read) {
  const t = useText('wizard-connect')
  return (
    <Stack>
      {findings.length === 0 ? (
        <Text size="sm">{t('yamlFine')}</Text>
      ) : (
        <CheckList
          steps={findings.map(({ code, path, severity, detail, why, fix }, index) => ({
            id: `${code} ${path} ${index}`,
            title: <span lang="en">{detail}</span>,
            outcome: outcomes[severity],
            detail: <span lang="en">{why}</span>,
            ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
          }))}
        />
      )}
      {diff !== '' && <CodeBlock title={t('yamlDiff')} code={diff} />}
    </Stack>
  )
}
