import { Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

export type FoundBackup = AnswerOf<'GET /api/backups'>['files'][number]

export interface FoundBackupsProps {
  readonly files: readonly FoundBackup[]
  readonly onChoose: (name: string) => void
}

/** Those that lie in the folder of backups already. */
export function FoundBackups({ files, onChoose }: FoundBackupsProps) {
  const t = useText('backups')
  const columns = useColumns()
  return (
    <div>
      <Text size="sm" fw={500} mb="xs">
        {t('fromFolder')}
      </Text>
      <DataTable
        label={t('files')}
        rows={files}
        rowKey={({ name }) => name}
        columns={columns}
        onOpen={({ name }) => onChoose(name)}
        empty={null}
      />
    </div>
  )
}

function useColumns(): readonly Column<FoundBackup>[] {
  const t = useText('backups')
  const formats = useFormats()
  return [
    { id: 'name', header: t('name'), cell: nameOf },
    { id: 'at', header: t('at'), width: '11rem', sortBy: ({ at }) => at, cell: timeOf },
    {
      id: 'size',
      header: t('size'),
      align: 'end',
      width: '8rem',
      cell: ({ bytes }) => <span className="numeric">{formats.bytes(bytes)}</span>,
    },
  ]
}

const nameOf = ({ name }: FoundBackup) => <code>{name}</code>
const timeOf = ({ at }: FoundBackup) => <Time at={at} />
