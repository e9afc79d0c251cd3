import { List, Stack, Text } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useGlossary, useText } from '../../texts/use-text.tsx'
import type { Report } from '../model.ts'

type Finding = Report['findings'][number]

/** More than one reads; the saved report has them all. */
const SHOWN = 20

/** Odd rows by the rule that decided about them. */
export function FindingsCard({ findings }: { readonly findings: readonly Finding[] }) {
  const t = useText('take-over')
  if (findings.length === 0) return null
  return (
    <SectionCard title={t('findingsTitle')} description={t('findingsBody')}>
      <Stack gap="sm">
        {findings.map((finding) => (
          <Rule key={finding.code} finding={finding} />
        ))}
      </Stack>
    </SectionCard>
  )
}

function Rule({ finding: { code, rule, count, examples } }: { readonly finding: Finding }) {
  const t = useText('take-over')
  const german = useGlossary('import-rules')?.[code]
  const shown = examples.slice(0, SHOWN)
  const more = count - shown.length
  return (
    <details>
      <summary>
        <Text component="span" size="sm" {...(german === undefined ? { lang: 'en' } : {})}>
          {typeof german === 'string' ? german : rule}
        </Text>{' '}
        <Text component="span" size="sm" c="dimmed" className="numeric">
          ({t('findingRows', { count })})
        </Text>
      </summary>
      <List size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
        {shown.map(({ row, detail }) => (
          <List.Item key={`${row} ${detail}`}>
            {row}: <span lang="en">{detail}</span>
          </List.Item>
        ))}
        {more > 0 && <List.Item>{t('findingMore', { count: more })}</List.Item>}
      </List>
    </details>
  )
}
