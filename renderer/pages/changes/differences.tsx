import { Text } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useText } from '../../texts/use-text.tsx'
import classes from './differences.module.css'

export interface DifferencesProps {
  readonly label: string
  /** What the two values are, for screen readers: "Before", "After". */
  readonly from: string
  readonly to: string
  readonly rows: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[]
}

/** Keys with two values each; long ones break anywhere rather than run into each other. */
export function Differences({ label, from, to, rows }: DifferencesProps) {
  return (
    <ul className={classes.list} aria-label={label}>
      {rows.map((row) => (
        <li key={row.path} className={classes.row}>
          <Text component="div" size="sm" fw={600}>
            <code>{row.path}</code>
          </Text>
          <div className={classes.values}>
            <Value name={from} value={row.from} />
            <IconArrowRight size={16} aria-hidden className={classes.arrow} />
            <Value name={to} value={row.to} />
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Secrets are `{set: true}`, whatever they are. */
function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  const t = useText('changes')
  return (
    <span className={classes.value}>
      <span className="visually-hidden">{name}: </span>
      {value === null || value === undefined ? (
        <em>{t('byDefault')}</em>
      ) : typeof value === 'object' && 'set' in value ? (
        '••••••'
      ) : (
        <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
      )}
    </span>
  )
}
