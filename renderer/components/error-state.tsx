import { Button, Group, List, Text } from '@mantine/core'
import { ApiError } from '../api/api-error.ts'
import { useText } from '../texts/use-text.tsx'
import { useErrorText } from './error-text.ts'
import classes from './error-state.module.css'
import { StatusIcon } from './status.tsx'

export interface ErrorStateProps {
  readonly error: unknown
  /** Reads again; left out where that cannot help. */
  readonly onRetry?: () => void
}

/** A failure: what happened, what to do, the details of the server, and another try. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const t = useText('common')
  const errorText = useErrorText()
  const { fix, problems, detail, code } =
    error instanceof ApiError ? error : { fix: null, problems: [], detail: String(error), code: 'internal' }
  return (
    <div className={classes.error} role="alert">
      <StatusIcon kind="problem" size={20} />
      <div className={classes.body}>
        <Text fw={600}>{errorText(error)}</Text>
        {fix !== null && (
          <Text size="sm" mt={4}>
            <b>{t('whatToDo')}:</b> {fix}
          </Text>
        )}
        {problems.length > 0 && (
          <List size="sm" mt={4}>
            {problems.map((problem) => (
              <List.Item key={`${problem.path} ${problem.message}`}>
                {problem.path !== '' && <code>{problem.path}</code>} {problem.message} {problem.fix}
              </List.Item>
            ))}
          </List>
        )}
        {detail !== '' && (
          <details className={classes.details}>
            <summary>{t('details')}</summary>
            <code>{code}</code> {detail}
          </details>
        )}
        {onRetry !== undefined && (
          <Group mt="sm">
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('retry')}
            </Button>
          </Group>
        )}
      </div>
    </div>
  )
}
