import { Button, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useClient } from '../../api/client-context.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { saveFile } from '../../components/save-file.ts'
import { useText } from '../../texts/use-text.tsx'
import type { Association } from './page.tsx'

/** Rows in one answer. */
const PAGE = 5_000

/** Everything that the search found, as a file with whole addresses. */
export function DownloadButton({ q }: { readonly q: string }) {
  const t = useText('associations')
  const client = useClient()
  const [count, setCount] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)

  async function download(): Promise<void> {
    const rows: Association[] = []
    let cursor: string | null = null
    do {
      setCount(rows.length)
      const query = { limit: PAGE, ...(q === '' ? {} : { q }), ...(cursor === null ? {} : { cursor }) }
      const page: { associations: Association[]; next: string | null } = await client.call(
        'GET /api/associations',
        { query } as never,
      )
      rows.push(...page.associations)
      cursor = page.next
    } while (cursor !== null)
    saveFile('associations.csv', toCsv(rows), 'text/csv;charset=utf-8')
  }

  const start = () => {
    setError(null)
    download()
      .catch(setError)
      .finally(() => setCount(null))
  }
  return (
    <Group gap="sm">
      {error !== null && <ErrorState error={error} />}
      {count !== null && count > 0 && <Text size="sm">{t('downloading', { count })}</Text>}
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={count !== null}
        onClick={start}
      >
        {t('download')}
      </Button>
    </Group>
  )
}

function toCsv(rows: readonly Association[]): string {
  const lines = rows.map(({ medium, address, mxid, boundAt }) =>
    [medium, guarded(address), mxid, new Date(boundAt).toISOString()].map(quoted).join(','),
  )
  return ['medium,address,mxid,bound', ...lines, ''].join('\r\n')
}

/** A spreadsheet runs what begins like a formula; an apostrophe before it makes it text. */
const guarded = (text: string) => (/^'*[=+\-@]/.test(text) ? `'${text}` : text)

/** RFC 4180. */
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
