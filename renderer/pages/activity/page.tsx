import { PageHeader } from '../../components/page-header.tsx'
import { useText } from '../../texts/use-text.tsx'

export function Page() {
  const t = useText('activity')
  return <PageHeader title={t('title')} />
}
