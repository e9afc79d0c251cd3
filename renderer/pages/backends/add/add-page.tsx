import { Anchor } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useApi } from '../../../api/hooks.ts'
import { LoadingRows } from '../../../components/loading.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { kinds } from '../kinds.ts'
import { AddForm } from './add-form.tsx'
import { KindChooser } from './kind-chooser.tsx'

/** First the kind, in plain words; then its form. */
export function AddPage() {
  const t = useText('backends')
  const [query] = useSearchParams()
  const type = query.get('kind') ?? ''
  const kind = kinds[type]
  const overview = useApi('GET /api/backends')
  const described = useApi('GET /api/backend-kinds')
  return (
    <>
      <Anchor component={Link} size="sm" to={kind === undefined ? '/backends' : '/backends/-/add'}>
        {t(kind === undefined ? 'back' : 'backToKinds')}
      </Anchor>
      <PageHeader
        title={kind === undefined ? t('addTitle') : t('addKind', { kind: t(kind.name) })}
        description={kind === undefined ? t('addWhat') : t(kind.what)}
      />
      {kind === undefined ? (
        <KindChooser />
      ) : (
        <QueryView query={described} loading={<LoadingRows rows={6} height={64} />}>
          {({ kinds: all }) => (
            <AddForm
              key={type}
              type={type}
              kind={kind}
              keys={all.find((one) => one.type === type)?.keys ?? []}
              taken={overview.data?.backends.map(({ id }) => id) ?? []}
            />
          )}
        </QueryView>
      )}
    </>
  )
}
