import { Select } from '@mantine/core'
import { proxyKindOf, proxyKinds, type ProxyKind } from './proxy-kinds.ts'

export interface ProxySelectProps {
  readonly label: string
  readonly value: ProxyKind
  readonly onChange: (kind: ProxyKind) => void
}

/** Which reverse proxy it is. */
export function ProxySelect({ label, value, onChange }: ProxySelectProps) {
  return (
    <Select
      label={label}
      w="20rem"
      maw="100%"
      allowDeselect={false}
      data={proxyKinds.map(([kind, name]) => ({ value: kind, label: name }))}
      value={value}
      onChange={(next) => onChange(proxyKindOf(next))}
    />
  )
}
