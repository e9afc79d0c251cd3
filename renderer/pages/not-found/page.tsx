import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { useDocumentTitle } from '../../app/document-state.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { useText } from '../../texts/use-text.tsx'

export function Page() {
  const t = useText('shell')
  useDocumentTitle(t('notFound'))
  return (
    <EmptyState
      level={1}
      title={t('notFound')}
      action={
        <Button component={Link} to="/">
          {t('toMap')}
        </Button>
      }
    >
      {t('notFoundWhat')}
    </EmptyState>
  )
}
