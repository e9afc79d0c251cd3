import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useText } from '../texts/use-text.tsx'

const shownFor = 2_000

export interface CopyButtonProps {
  readonly text: string
  /** What is copied, where "Copy" alone leaves it open. */
  readonly label?: string
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const t = useText('common')
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (result === 'idle') return
    const timer = setTimeout(() => setResult('idle'), shownFor)
    return () => clearTimeout(timer)
  }, [result])
  // The clipboard is there only on https and localhost.
  const copy = () =>
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setResult('copied'),
      () => setResult('failed'),
    )
  const said = { idle: label ?? t('copy'), copied: t('copied'), failed: t('copyFailed') }[result]
  const Icon = { idle: IconCopy, copied: IconCheck, failed: IconX }[result]
  return (
    <>
      <Tooltip label={said} {...(result === 'idle' ? {} : { opened: true })}>
        <ActionIcon variant="subtle" color="gray" aria-label={label ?? t('copy')} onClick={() => void copy()}>
          <Icon size={16} />
        </ActionIcon>
      </Tooltip>
      <span role="status" className="visually-hidden">
        {result === 'idle' ? '' : said}
      </span>
    </>
  )
}
