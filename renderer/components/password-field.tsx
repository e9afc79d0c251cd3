import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useText } from '../texts/use-text.tsx'

/** A field for a password or another secret; the button that shows what was typed can be reached and read. */
export function PasswordField(props: PasswordInputProps) {
  const t = useText('common')
  return (
    <PasswordInput visibilityToggleButtonProps={{ 'aria-label': t('showTyped'), tabIndex: 0 }} {...props} />
  )
}
