import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleOff,
  IconCircleXFilled,
} from '@tabler/icons-react'
import { useText, type PlainKey } from '../texts/use-text.tsx'
import classes from './status.module.css'

export type StatusKind = 'ok' | 'warning' | 'problem' | 'unknown' | 'off'

const icons = {
  ok: IconCircleCheckFilled,
  warning: IconAlertTriangleFilled,
  problem: IconCircleXFilled,
  unknown: IconCircleDashed,
  off: IconCircleOff,
} as const satisfies Record<StatusKind, unknown>

const words = {
  ok: 'statusOk',
  warning: 'statusWarning',
  problem: 'statusProblem',
  unknown: 'statusUnknown',
  off: 'statusOff',
} as const satisfies Record<StatusKind, PlainKey<'common'>>

export interface StatusProps {
  readonly kind: StatusKind
  /** Default: the general word for the kind. */
  readonly label?: string
  /** With a tinted ground; without, only the icon is coloured. */
  readonly tinted?: boolean
}

/** How something is, told by shape, colour and word at once. */
export function Status({ kind, label, tinted = false }: StatusProps) {
  const t = useText('common')
  return (
    <span className={classes.status} data-kind={kind} data-tinted={tinted || undefined}>
      <StatusIcon kind={kind} />
      {label ?? t(words[kind])}
    </span>
  )
}

/** The mark alone; what stands beside it must say the same. */
export function StatusIcon({ kind, size = 16 }: { readonly kind: StatusKind; readonly size?: number }) {
  const Icon = icons[kind]
  return <Icon className={classes.icon} data-kind={kind} size={size} aria-hidden />
}

/** The general word for a kind, for labels that only screen readers meet. */
export function useStatusWord(): (kind: StatusKind) => string {
  const t = useText('common')
  return (kind) => t(words[kind])
}
