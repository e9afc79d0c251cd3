import { Progress, Text } from '@mantine/core'
import { useFormats, useText } from '../texts/use-text.tsx'
import { stepText } from './model.ts'

export interface StepProgressProps {
  readonly step: string | null
  readonly done: number
  /** Null or 0: nobody knows. */
  readonly total: number | null
}

/** How far the reading or writing of rows is. */
export function StepProgress({ step, done, total }: StepProgressProps) {
  const t = useText('take-over')
  const formats = useFormats()
  const key = stepText(step)
  const name = key === null ? t('step_data') : t(key)
  const isCounted = total !== null && total > 1
  return (
    <div>
      <Progress aria-label={name} animated={!isCounted} value={isCounted ? (done / total) * 100 : 100} />
      <Text size="sm" c="dimmed" className="numeric" mt="xs" mih="1.4rem">
        {name}
        {isCounted
          ? ` ${formats.number(done)} / ${formats.number(total)}`
          : done > 1 && ` ${formats.number(done)}`}
      </Text>
    </div>
  )
}
