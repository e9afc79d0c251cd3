import { List, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { SectionCard } from '../../components/section-card.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import type { Report } from '../model.ts'

/** Templates, and tables that are of no use here. */
export function OthersCard({ templates, leftTables }: Pick<Report, 'templates' | 'leftTables'>) {
  const t = useText('take-over')
  const formats = useFormats()
  if (templates.length === 0 && leftTables.length === 0) return null
  return (
    <SectionCard title={t('othersTitle')}>
      <Stack gap="md">
        {templates.length > 0 && (
          <Titled title={t('templates')}>
            {templates.map(({ from, files, note }) => (
              <List.Item key={from}>
                <code>{from}</code>{' '}
                {files.length > 0 ? t('templateAs', { files: formats.list(files) }) : t('templateNot')}{' '}
                <span lang="en">{note}</span>
              </List.Item>
            ))}
          </Titled>
        )}
        {leftTables.length > 0 && (
          <Titled title={t('leftTables')}>
            {leftTables.map(({ table, rows, reason }) => (
              <List.Item key={table}>
                {t('leftTable', { table, count: rows })}. <span lang="en">{reason}</span>
              </List.Item>
            ))}
          </Titled>
        )}
      </Stack>
    </SectionCard>
  )
}

function Titled({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {title}
      </Text>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </List>
    </div>
  )
}
