import { ApiError } from '../api/api-error.ts'
import { useText } from '../texts/use-text.tsx'

/** The sentence for a failure, in the chosen language. */
export function useErrorText(): (error: unknown) => string {
  const t = useText('errors')
  return (error) => {
    if (!(error instanceof ApiError)) return t('internal')
    // The codes with values of their own are filled from the error; the others need none.
    return t(error.code as 'not-understood', { status: '?', ...error.params })
  }
}
