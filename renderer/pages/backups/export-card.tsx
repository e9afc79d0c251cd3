import { Button, Group, Stack } from '@mantine/core'
import { useChange } from '../../api/hooks.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { saveFile } from '../../components/save-file.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

const tables = { associations: 'exportAssociations', invitations: 'exportInvitations' } as const
const formats = { csv: 'text/csv', json: 'application/json' } as const

/** All rows take their time where there are very many. */
const PATIENCE_MS = 300_000

/** Rows for spreadsheets and other programs. */
export function ExportCard() {
  const t = useText('backups')
  const make = useChange('POST /api/backups/export', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const asked = typeof make.variables === 'object' ? make.variables.body : undefined
  const save = (table: keyof typeof tables, format: keyof typeof formats) =>
    make.mutate(
      { body: { table, format } },
      { onSuccess: ({ fileName, text }) => saveFile(fileName, text, formats[format]) },
    )
  return (
    <SectionCard title={t('export')} description={t('exportBody')}>
      <Stack gap="sm">
        <Group gap="sm">
          {(['associations', 'invitations'] as const).flatMap((table) =>
            (['csv', 'json'] as const).map((format) => (
              <Button
                key={`${table} ${format}`}
                variant="default"
                loading={make.isPending && asked?.table === table && asked.format === format}
                onClick={() => save(table, format)}
              >
                {t('exportAs', { table: t(tables[table]), format: format.toUpperCase() })}
              </Button>
            )),
          )}
        </Group>
        {make.error !== null && <ErrorState error={make.error} />}
      </Stack>
    </SectionCard>
  )
}
