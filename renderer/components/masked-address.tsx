import { ActionIcon, Group } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useText } from '../texts/use-text.tsx'
import { maskAddress } from './mask.ts'

/** An address that is shown in full only after a click, for those who look over a shoulder. */
export function MaskedAddress({ address }: { readonly address: string }) {
  const t = useText('common')
  const [shown, setShown] = useState(false)
  return (
    <Group gap={4} wrap="nowrap" display="inline-flex">
      <span>{shown ? address : maskAddress(address)}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t(shown ? 'hideAddress' : 'showAddress')}
        onClick={() => setShown(!shown)}
      >
        {shown ? <IconEyeOff size={14} /> : <IconEye size={14} />}
      </ActionIcon>
    </Group>
  )
}
