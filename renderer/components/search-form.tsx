import { Button, Group, TextInput } from '@mantine/core'
import { useState, type ReactNode, type SubmitEvent } from 'react'

export interface SearchFormProps {
  readonly label: string
  /** On the button. */
  readonly action: string
  /** What is searched for now. Give the form this as its `key` as well, so that it follows the address of the page. */
  readonly value: string
  readonly onSearch: (text: string) => void
  readonly icon?: ReactNode
  /** On wide screens; narrow ones give it all there is. */
  readonly width: string
}

/** A search that waits for Enter or its button. */
export function SearchForm({ label, action, value, onSearch, icon, width }: SearchFormProps) {
  const [text, setText] = useState(value)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSearch(text.trim())
  }
  return (
    <form onSubmit={submit} role="search">
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={label}
          placeholder={label}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          leftSection={icon}
          w={{ base: '100%', sm: width }}
        />
        <Button type="submit" variant="default" flex="none">
          {action}
        </Button>
      </Group>
    </form>
  )
}
