import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { useText } from '../../texts/use-text.tsx'

export interface RevokeDialogProps {
  readonly count: number
  readonly opened: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

export function RevokeDialog({ count, ...props }: RevokeDialogProps) {
  const t = useText('invitations')
  return (
    <ConfirmDialog
      {...props}
      title={t('revokeTitle', { count })}
      consequence={t('revokeBody', { count })}
      action={t('revokeAction')}
      cancel={t('keep')}
    />
  )
}
