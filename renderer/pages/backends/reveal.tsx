import { Stack, Switch } from '@mantine/core'
import { createContext, use, useState, type ReactNode } from 'react'
import { maskAddress } from '../../components/mask.ts'
import { useText } from '../../texts/use-text.tsx'

const RevealContext = createContext(false)

/** Addresses below it are masked until they are asked for: somebody may look over a shoulder. */
export function Revealable({ children }: { readonly children: ReactNode }) {
  const t = useText('backends')
  const [shown, setShown] = useState(false)
  return (
    <RevealContext value={shown}>
      <Stack gap="sm">
        <Switch
          label={t('showAddresses')}
          checked={shown}
          w="fit-content"
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        {children}
      </Stack>
    </RevealContext>
  )
}

/** An address as it may be shown at the moment. */
export function useAddressText(): (address: string) => string {
  const shown = use(RevealContext)
  return (address) => (shown ? address : maskAddress(address))
}
