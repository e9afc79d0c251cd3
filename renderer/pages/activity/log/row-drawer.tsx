import { Button, Group, Stack, Title } from '@mantine/core'
import type { ActivityRow } from '../../../../src/activity/log/row.ts'
import { useApi } from '../../../api/hooks.ts'
import { DetailDrawer } from '../../../components/detail-drawer.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { Status } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { useFacts } from '../facts.ts'
import { useActivityWords } from '../words.ts'
import type { Filters } from './filters.ts'
import classes from './row-drawer.module.css'
import { ShownAddress } from './shown-address.tsx'
import { codeOf } from './use-columns.tsx'

export interface RowDrawerProps {
  /** Null: closed. */
  readonly id: string | null
  readonly onClose: () => void
  readonly onFilter: (filters: Filters) => void
}

/** One row in full, what else belongs to its request, and ways to look further. */
export function RowDrawer({ id, onClose, onFilter }: RowDrawerProps) {
  const t = useText('activity')
  const query = useApi(
    'GET /api/activity/{id}',
    { params: { id: Number(id ?? 0) } },
    { enabled: id !== null },
  )
  return (
    <DetailDrawer opened={id !== null} onClose={onClose} title={t('details')}>
      {id !== null && (
        <QueryView query={query} loading={<LoadingRows rows={8} height={24} />}>
          {({ row, related }) => (
            <Stack gap="lg">
              <RowFacts row={row} />
              <FurtherLooks row={row} onFilter={onFilter} />
              {related.length > 0 && <Related rows={related} />}
            </Stack>
          )}
        </QueryView>
      )}
    </DetailDrawer>
  )
}

function RowFacts({ row }: { readonly row: ActivityRow }) {
  const t = useText('activity')
  const formats = useFormats()
  const words = useActivityWords()
  const facts = useFacts()
  const { at, outcome, subject, mxid, requester, source, durationMs, code, reason, details } = row
  const given = { mxid, by: requester.user ?? requester.server ?? requester.ip, source, code, reason }
  const known = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
  return (
    <KeyValues
      items={[
        { name: t('time'), value: <Time at={at} as="exact" /> },
        { name: t('what'), value: words.title(codeOf(row)) },
        { name: t('result'), value: <Status {...words.outcome(codeOf(row), outcome)} /> },
        ...(subject === null ? [] : [{ name: t('address'), value: <ShownAddress row={row} /> }]),
        ...facts({ ...known, ...details }),
        ...(durationMs === null ? [] : [{ name: t('took'), value: formats.duration(durationMs) }]),
      ]}
    />
  )
}

function FurtherLooks({ row, onFilter }: { readonly row: ActivityRow } & Pick<RowDrawerProps, 'onFilter'>) {
  const t = useText('activity')
  const { subject, mxid, requester } = row
  const people = [...new Set([requester.user, mxid])].filter((user) => user !== null)
  if (subject === null && people.length === 0) return null
  return (
    <Group gap="sm">
      {subject !== null && (
        <Button variant="default" size="xs" onClick={() => onFilter({ subject })}>
          {t('onlyAddress')}
        </Button>
      )}
      {people.map((user) => (
        <Button key={user} variant="default" size="xs" onClick={() => onFilter({ user })}>
          {t('onlyPerson', { name: user })}
        </Button>
      ))}
    </Group>
  )
}

function Related({ rows }: { readonly rows: readonly ActivityRow[] }) {
  const t = useText('activity')
  const words = useActivityWords()
  return (
    <section aria-label={t('requestRows')}>
      <Title order={3} size="h5" mb="xs">
        {t('requestRows')}
      </Title>
      <ul className={classes.related}>
        {rows.map((row) => (
          <li key={row.id} className={classes.row}>
            <span>{words.title(codeOf(row))}</span>
            <span className={classes.about}>
              <ShownAddress row={row} /> {row.mxid}
            </span>
            <Status {...words.outcome(codeOf(row), row.outcome)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
