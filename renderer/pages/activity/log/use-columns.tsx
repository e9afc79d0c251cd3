import { useMemo } from 'react'
import type { ActivityRow } from '../../../../src/activity/log/row.ts'
import type { Column } from '../../../components/data-table/columns.ts'
import { Status } from '../../../components/status.tsx'
import { useNow } from '../../../app/use-now.ts'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { useActivityWords } from '../words.ts'
import classes from './use-columns.module.css'
import { ShownAddress } from './shown-address.tsx'

export const codeOf = ({ kind, action }: ActivityRow): string => `${kind}.${action}`

const byOf = ({ requester: { user, server, ip } }: ActivityRow) => user ?? server ?? ip

const addressOf = (row: ActivityRow) => (row.subject === null ? null : <ShownAddress row={row} />)

export function useColumns(): readonly Column<ActivityRow>[] {
  const t = useText('activity')
  const formats = useFormats()
  const words = useActivityWords()
  const today = new Date(useNow(60_000)).toDateString()
  return useMemo(() => {
    const timeOf = ({ at }: ActivityRow) =>
      new Date(at).toDateString() === today ? formats.time(at) : formats.dateTime(at)
    return [
      {
        id: 'at',
        header: t('time'),
        width: '8rem',
        // The title of a card says what happened, too; on wide screens that is the next column.
        cell: (row) => (
          <>
            <span className={classes.narrow}>{words.title(codeOf(row))} · </span>
            {timeOf(row)}
          </>
        ),
      },
      {
        id: 'what',
        header: t('what'),
        width: '12rem',
        wideOnly: true,
        cell: (row) => words.title(codeOf(row)),
      },
      {
        id: 'outcome',
        header: t('result'),
        width: '9.5rem',
        cell: (row) => <Status {...words.outcome(codeOf(row), row.outcome)} />,
      },
      { id: 'address', header: t('address'), width: '11rem', cell: addressOf },
      { id: 'person', header: t('person'), cell: ({ mxid }) => mxid },
      { id: 'by', header: t('by'), cell: byOf },
      {
        id: 'took',
        header: t('took'),
        width: '6rem',
        align: 'end',
        wideOnly: true,
        cell: ({ durationMs }) => (durationMs === null ? '' : formats.duration(durationMs)),
      },
    ]
  }, [t, formats, words, today])
}
