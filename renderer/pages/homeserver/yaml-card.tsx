import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { CheckList, type CheckOutcome } from '../../components/check-list.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { FileDrop } from '../../components/file-drop.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

type Read = AnswerOf<'POST /api/gateway/homeserver-yaml'>

const outcomes = {
  problem: 'failed',
  warning: 'warning',
  note: 'ok',
} as const satisfies Record<Read['findings'][number]['severity'], CheckOutcome>

/** Reads the configuration of a Synapse and says what stands in the way. It goes to our own server and is not kept. */
export function YamlCard() {
  const t = useText('homeserver')
  const read = useChange('POST /api/gateway/homeserver-yaml', { invalidates: [] })
  const take = async (files: readonly File[]) => {
    const texts = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })))
    read.mutate({ body: { files: texts } })
  }
  return (
    <SectionCard title={t('yaml')} description={t('yamlBody')}>
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
  const t = useText('homeserver')
  return (
    <Stack>
      {findings.length === 0 ? (
        <Text size="sm">{t('yamlFine')}</Text>
      ) : (
        <CheckList
          steps={findings.map(({ code, path, file, line, severity, detail, why, fix }, index) => ({
            id: `${code} ${path} ${index}`,
            title: <span lang="en">{detail}</span>,
            outcome: outcomes[severity],
            detail: (
              <>
                {file !== null && <code>{line === null ? file : `${file}:${line}`}</code>}{' '}
                <span lang="en">{why}</span>
              </>
            ),
            ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
          }))}
        />
      )}
      {diff !== '' && <CodeBlock title={t('yamlDiff')} code={diff} />}
    </Stack>
  )
}
