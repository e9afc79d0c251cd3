import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { AnswerOf } from '../../../api/client.ts'
import { useApi } from '../../../api/hooks.ts'
import type { Column } from '../../../components/data-table/columns.ts'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'

type Links = AnswerOf<'GET /api/integrations/sign-up'>
type Account = Links['latest'][number]

/** How many links are open, and who has made an account with one. */
export function SignUpCard() {
  const t = useText('integration-tools')
  const links = useApi('GET /api/integrations/sign-up', undefined, { refetchEvery: 30_000 })
  return (
    <SectionCard title={t('links')} description={t('linksBody')}>
      <QueryView query={links} loading={<LoadingCard height={120} />}>
        {(data) => <Counts {...data} />}
      </QueryView>
    </SectionCard>
  )
}

function Counts({ open, used, latest }: Links) {
  const t = useText('integration-tools')
  const formats = useFormats()
  const columns = useColumns()
  return (
    <Stack gap="md">
      <KeyValues
        items={[
          { name: t('linksOpen'), value: formats.number(open) },
          { name: t('linksUsed'), value: formats.number(used) },
        ]}
      />
      {latest.length > 0 && (
        <DataTable
          label={t('linksLatest')}
          rows={latest}
          rowKey={({ mxid, at }) => `${mxid} ${at}`}
          columns={columns}
          empty={null}
        />
      )}
      <Text size="sm">
        <Anchor component={Link} to="/invitations" inherit>
          {t('toInvitations')}
        </Anchor>
      </Text>
    </Stack>
  )
}

function useColumns(): readonly Column<Account>[] {
  const t = useText('integration-tools')
  return [
    { id: 'account', header: t('account'), cell: ({ mxid }) => mxid },
    { id: 'when', header: t('when'), width: '12rem', cell: ({ at }) => <Time at={at} /> },
  ]
}
