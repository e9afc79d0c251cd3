import { Text, VisuallyHidden } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useText } from '../../../texts/use-text.tsx'
import classes from './dialogue.module.css'

type Line = AnswerOf<'POST /api/notifications/test'>['dialogue'][number]

/** What was said with the mail server, line by line. Codes of 400 and above are refusals (RFC 5321, 4.2.1). */
export function Dialogue({ lines }: { readonly lines: readonly Line[] }) {
  const t = useText('notifications')
  return (
    <figure className={classes.dialogue}>
      <Text component="figcaption" size="sm" fw={600}>
        {t('dialogue')}
      </Text>
      <ol className={classes.lines}>
        {lines.map(({ from, line }, index) => (
          <li
            key={index}
            className={classes.line}
            data-from={from}
            data-refused={(from === 'server' && /^[45]\d\d/.test(line)) || undefined}
          >
            <span className={classes.who}>
              <VisuallyHidden>{t(from === 'us' ? 'saidByUs' : 'saidByServer')}</VisuallyHidden>
              <span aria-hidden>{from === 'us' ? '→' : '←'}</span>
            </span>
            <code lang="en">{line}</code>
          </li>
        ))}
      </ol>
    </figure>
  )
}
