import type { ReactNode } from 'react'
import classes from './key-values.module.css'

export interface KeyValue {
  readonly name: string
  readonly value: ReactNode
}

/** Names and values, in two columns where there is room. */
export function KeyValues({ items }: { readonly items: readonly KeyValue[] }) {
  return (
    <dl className={classes.list}>
      {items.map(({ name, value }) => (
        <div key={name} className={classes.item}>
          <dt className={classes.name}>{name}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
