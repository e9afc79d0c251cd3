import { Textarea, TextInput, type TextareaProps } from '@mantine/core'
import { useState } from 'react'

export interface ListFieldProps extends Pick<TextareaProps, 'label' | 'description' | 'placeholder' | 'maw'> {
  readonly items: readonly string[]
  /** One on each line, where an item may hold blanks and commas; otherwise these separate the items. */
  readonly byLine?: boolean
  readonly onChange: (items: readonly string[]) => void
}

/** Several values in one field of text. */
export function ListField({ items, byLine = false, onChange, ...props }: ListFieldProps) {
  const [text, setText] = useState(items.join(byLine ? '\n' : ', '))
  const read = (typed: string) =>
    typed
      .split(byLine ? '\n' : /[\s,]+/)
      .map((item) => item.trim())
      .filter((item) => item !== '')
  // What was typed is shown as it was typed, until the value is another one than that.
  const shown = read(text).join('\n') === items.join('\n') ? text : items.join(byLine ? '\n' : ', ')
  const write = (typed: string) => {
    setText(typed)
    onChange(read(typed))
  }
  const common = { ...props, autoComplete: 'off', spellCheck: false, value: shown }
  return byLine ? (
    <Textarea
      {...common}
      autosize
      minRows={1}
      maxRows={6}
      onChange={(event) => write(event.currentTarget.value)}
    />
  ) : (
    <TextInput {...common} onChange={(event) => write(event.currentTarget.value)} />
  )
}
