import { Notifications } from '@mantine/notifications'
import '@mantine/notifications/styles.css'
import type { Confirmation } from '../api/confirmation.ts'
import { ConfirmPasswordDialog } from './confirm-password-dialog.tsx'

/** What appears above every page: short messages, and the question for the password. */
export function Overlays({ confirmation }: { readonly confirmation: Confirmation }) {
  return (
    <>
      <ConfirmPasswordDialog confirmation={confirmation} />
      <Notifications position="bottom-right" />
    </>
  )
}
