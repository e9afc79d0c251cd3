import { Button, Group, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { useText } from '../../../texts/use-text.tsx'

export interface QuestionFormProps {
  readonly label: string
  readonly placeholder: string
  /** The name of the field in the answer of a server that cannot use it. */
  readonly field: string
  readonly pending: boolean
  readonly error: ApiError | null
  readonly onAsk: (text: string) => void
}

/** One field and a button: a question to the rules in force. */
export function QuestionForm({ label, placeholder, field, pending, error, onAsk }: QuestionFormProps) {
  const t = useText('integration-tools')
  const [text, setText] = useState('')
  const problem = error?.problems.find(({ path }) => path === field)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() !== '') onAsk(text.trim())
  }
  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={label}
            placeholder={placeholder}
            autoComplete="off"
            spellCheck={false}
            w="22rem"
            maw="100%"
            value={text}
            error={
              problem && <span lang="en">{[problem.message, problem.fix].filter(Boolean).join(' ')}</span>
            }
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={pending}>
            {t('ask')}
          </Button>
        </Group>
      </form>
      {error !== null && problem === undefined && <ErrorState error={error} />}
    </>
  )
}
