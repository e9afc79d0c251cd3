import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { KeyValues } from '../../components/key-values.tsx'
import { saveFile } from '../../components/save-file.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { StatusIcon } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'
import { productNames, type Report as ReportData } from '../model.ts'
import { FindingsCard } from './findings-card.tsx'
import { OthersCard } from './others-card.tsx'
import { RowsCard } from './rows-card.tsx'
import { SettingsCard } from './settings-card.tsx'

export interface ReportProps {
  readonly report: ReportData
  readonly title: string
  readonly description?: string
}

/** What an import would do or has done, in the order in which it matters. */
export function Report({ report, title, description }: ReportProps) {
  const t = useText('take-over')
  const { kind, configPath, domain, database, warnings } = report
  return (
    <>
      <SectionCard
        title={title}
        {...(description === undefined ? {} : { description })}
        aside={
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() =>
              saveFile(`signpost-${kind}.json`, `${JSON.stringify(report, null, 2)}\n`, 'application/json')
            }
          >
            {t('download')}
          </Button>
        }
      >
        <Stack gap="md">
          {warnings.length > 0 && (
            <Alert color="orange" title={t('readFirst')}>
              <List size="sm" lang="en">
                {warnings.map((warning) => (
                  <List.Item key={warning}>{warning}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          <KeyValues
            items={[
              { name: t('from'), value: `${productNames[kind]}: ${configPath}` },
              { name: t('domain'), value: domain },
              { name: t('databaseOf'), value: t(`database_${database ?? 'none'}`) },
            ]}
          />
        </Stack>
      </SectionCard>
      <KeysCard keys={report.keys} />
      <RowsCard sections={report.sections} />
      <FindingsCard findings={report.findings} />
      <SettingsCard settings={report.settings} />
      <OthersCard templates={report.templates} leftTables={report.leftTables} />
    </>
  )
}

function KeysCard({ keys }: { readonly keys: ReportData['keys'] }) {
  const t = useText('take-over')
  return (
    <SectionCard title={t('keysTitle')}>
      {keys.length === 0 ? (
        <Text size="sm">{t('keysNone')}</Text>
      ) : (
        <Stack gap="sm">
          {keys.map(({ id, publicKey, outcome }) => (
            <Group key={id} gap="xs" align="flex-start" wrap="nowrap">
              <StatusIcon kind={outcome === 'signs' ? 'ok' : 'unknown'} size={20} />
              <div>
                <Text size="sm">{t(`key_${outcome}`)}</Text>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  <code>{id}</code> <code>{publicKey}</code>
                </Text>
              </div>
            </Group>
          ))}
        </Stack>
      )}
    </SectionCard>
  )
}
