import { Alert, List, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { Status } from '../../../components/status.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'

type Preview = AnswerOf<'POST /api/list/{id}/preview'>

const MOST_SHOWN = 20

/** What a file would do to the list, and what of it cannot be used. */
export function ImportPreview({ preview }: { readonly preview: Preview }) {
  const t = useText('backends')
  const formats = useFormats()
  const { people, addresses, result, problems, problemCount, ignoredColumns, elsewhere } = preview
  return (
    <Stack gap="sm">
      {result === null ? (
        <Status kind="problem" label={t('importUnusable')} />
      ) : (
        <div>
          <Text fw={600}>
            {t('people', { count: people })}, {t('addresses', { count: addresses })}
          </Text>
          <Text size="sm">{t('importCounts', result)}</Text>
        </div>
      )}
      {elsewhere.length > 0 && (
        <Alert color="orange" title={t('importElsewhere')}>
          {formats.list(elsewhere.map(({ server, people: count }) => `${server} (${formats.number(count)})`))}
        </Alert>
      )}
      {ignoredColumns.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('importIgnored', { columns: formats.list(ignoredColumns) })}
        </Text>
      )}
      {problemCount > 0 && (
        <div>
          <Status kind="warning" label={t('importProblems', { count: problemCount })} />
          <List size="sm" mt={4}>
            {problems.slice(0, MOST_SHOWN).map(({ line, column, value, message, fix }) => (
              <List.Item key={`${line} ${column ?? ''} ${value ?? ''}`}>
                <b>{t('importLine', { line })}</b> {value === null ? message : `"${value}" ${message}.`} {fix}
              </List.Item>
            ))}
          </List>
          {problemCount > MOST_SHOWN && (
            <Text size="sm" c="dimmed">
              {t('andMore', { count: problemCount - MOST_SHOWN })}
            </Text>
          )}
        </div>
      )}
    </Stack>
  )
}
