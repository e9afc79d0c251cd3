import { Radio, Text } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from './choice-cards.module.css'

export interface CardChoice<V extends string> {
  readonly value: V
  readonly title: string
  readonly description?: ReactNode
}

export interface ChoiceCardsProps<V extends string> {
  readonly label: string
  readonly choices: readonly CardChoice<V>[]
  readonly value: V | null
  readonly onChange: (value: V) => void
}

/** One of a few, each with a sentence of its own. The arrow keys move the choice, as in every group of radio buttons. */
export function ChoiceCards<V extends string>({ label, choices, value, onChange }: ChoiceCardsProps<V>) {
  const id = useId()
  return (
    <Radio.Group label={label} value={value} onChange={onChange as (value: string) => void}>
      <div className={classes.cards}>
        {choices.map((choice) => (
          <label key={choice.value} className={classes.card} htmlFor={`${id}-${choice.value}`}>
            <Radio
              id={`${id}-${choice.value}`}
              className={classes.radio}
              value={choice.value}
              aria-label={choice.title}
              aria-describedby={`${id}-${choice.value}-words`}
            />
            <span className={classes.words}>
              <Text component="span" display="block" fw={600}>
                {choice.title}
              </Text>
              {choice.description !== undefined && (
                <Text
                  component="span"
                  display="block"
                  size="sm"
                  c="dimmed"
                  id={`${id}-${choice.value}-words`}
                >
                  {choice.description}
                </Text>
              )}
            </span>
          </label>
        ))}
      </div>
    </Radio.Group>
  )
}
