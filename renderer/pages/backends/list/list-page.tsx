import { Alert, Button, Stack } from '@mantine/core'
import { IconPlus, IconSearch, IconServer2 } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useApi } from '../../../api/hooks.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { BackendList } from './backend-list.tsx'

/** All backends in the order in which they are asked. */
export function ListPage() {
  const t = useText('backends')
  const formats = useFormats()
  const overview = useApi('GET /api/backends', undefined, { refetchEvery: 15_000 })
  const add = (
    <Button component={Link} to="/backends/-/add" leftSection={<IconPlus size={16} aria-hidden />}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            <Button
              component={Link}
              to="/backends/-/lookup"
              variant="default"
              leftSection={<IconSearch size={16} aria-hidden />}
            >
              {t('tryLookup')}
            </Button>
            {(overview.data?.backends.length ?? 0) > 0 && add}
          </>
        }
      />
      <QueryView query={overview} loading={<LoadingRows rows={3} height={120} />}>
        {({ backends, leaving }) => (
          <Stack gap="md">
            {leaving.length > 0 && (
              <Alert color="orange" title={t('leaving', { names: formats.list(leaving) })}>
                {t('leavingBody')}
              </Alert>
            )}
            {backends.length === 0 ? (
              <EmptyState title={t('empty')} icon={IconServer2} level={2} action={add}>
                {t('emptyBody')}
              </EmptyState>
            ) : (
              <BackendList backends={backends} />
            )}
          </Stack>
        )}
      </QueryView>
    </>
  )
}
