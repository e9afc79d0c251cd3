import { List } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { invalidate } from '../../api/hooks.ts'
import { TakeOverFlow } from '../../take-over/take-over-flow.tsx'
import { useText } from '../../texts/use-text.tsx'

/** The take-over as a beginning: the next steps show what has come over. */
export function TakeOverWay() {
  const t = useText('take-over')
  const queries = useQueryClient()
  return (
    <TakeOverFlow
      next={<List.Item>{t('nextWizard')}</List.Item>}
      onDone={() => void invalidate(queries, '/api/wizard')}
    />
  )
}
