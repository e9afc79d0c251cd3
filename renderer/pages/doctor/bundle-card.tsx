import { Button, Group } from '@mantine/core'
import { useChange } from '../../api/hooks.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { saveFile } from '../../components/save-file.ts'
import { useText } from '../../texts/use-text.tsx'

/** Gathering takes as long as the doctor, and reads the log. */
const PATIENCE_MS = 60_000

/** The support bundle: made, looked at, then saved. */
export function BundleCard() {
  const t = useText('doctor')
  const make = useChange('POST /api/doctor/bundle', { timeoutMs: PATIENCE_MS, invalidates: [] })
  return (
    <SectionCard
      title={t('bundle')}
      description={t('bundleBody')}
      aside={
        make.data === undefined ? (
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
            {make.isPending ? t('bundleMaking') : t('bundleMake')}
          </Button>
        ) : undefined
      }
    >
      {make.error !== null && <ErrorState error={make.error} onRetry={() => make.mutate()} />}
      {make.data !== undefined && (
        <>
          <CodeBlock code={make.data.text} title={make.data.fileName} />
          <Group mt="md">
            <Button onClick={() => saveFile(make.data.fileName, make.data.text, 'application/json')}>
              {t('bundleSave', { file: make.data.fileName })}
            </Button>
          </Group>
        </>
      )}
    </SectionCard>
  )
}
