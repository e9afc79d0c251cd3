import classes from './code-block.module.css'
import { CopyButton } from './copy-button.tsx'

export interface CodeBlockProps {
  readonly code: string
  /** What it is: the name of a file, the place to paste it. */
  readonly title?: string
}

/** Text to take elsewhere: a snippet, a command, a DNS record. */
export function CodeBlock({ code, title }: CodeBlockProps) {
  return (
    <figure className={classes.block}>
      {title !== undefined && <figcaption className={classes.title}>{title}</figcaption>}
      {/* Scrolls sideways, so it must be reachable by key (WCAG 2.1.1). */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.code} tabIndex={0}>
        <code>{code}</code>
      </pre>
      <div className={classes.copy}>
        <CopyButton text={code} />
      </div>
    </figure>
  )
}
