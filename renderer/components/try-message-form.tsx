import { Button, Group, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'

export interface TryMessageFormProps {
  readonly type: 'email' | 'tel'
  readonly label: string
  readonly placeholder: string
  /** On the button. */
  readonly action: string
  readonly variant?: 'default' | 'light'
  readonly pending: boolean
  /** Gets what was typed, without spaces around it; never an empty text. */
  readonly onSend: (to: string) => void
}

/** To whom a test message goes. */
export function TryMessageForm(props: TryMessageFormProps) {
  const { type, label, placeholder, action, variant = 'default', pending, onSend } = props
  const [to, setTo] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (to.trim() !== '') onSend(to.trim())
  }
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-end">
        <TextInput
          type={type}
          label={label}
          placeholder={placeholder}
          autoComplete={type}
          w="22rem"
          maw="100%"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" variant={variant} loading={pending}>
          {action}
        </Button>
      </Group>
    </form>
  )
}
