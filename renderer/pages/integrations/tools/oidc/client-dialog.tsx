import { useChange } from '../../../../api/hooks.ts'
import { ConfirmDialog } from '../../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../../components/error-state.tsx'
import { madeFromSettings } from '../../../../components/made-from-settings.ts'
import { useText } from '../../../../texts/use-text.tsx'

/** What is to be done to a client. */
export interface Deed {
  readonly kind: 'renew' | 'remove'
  readonly id: string
}

export interface ClientDialogProps {
  readonly deed: Deed
  readonly onRenewed: (client: { readonly id: string; readonly secret: string }) => void
  readonly onClose: () => void
}

/** Asks before a client cannot sign anybody in any more. */
export function ClientDialog({ deed: { kind, id }, onRenewed, onClose }: ClientDialogProps) {
  const t = useText('integration-tools')
  const renew = useChange('POST /api/integrations/oidc/clients/{id}/secret', {
    invalidates: madeFromSettings,
    onDone: (made) => {
      onRenewed(made)
      onClose()
    },
  })
  const remove = useChange('DELETE /api/integrations/oidc/clients/{id}', {
    invalidates: madeFromSettings,
    onDone: onClose,
  })
  const isRenewal = kind === 'renew'
  const { error, isPending } = isRenewal ? renew : remove
  return (
    <ConfirmDialog
      opened
      title={t(isRenewal ? 'newSecretTitle' : 'removeTitle', { id })}
      consequence={
        <>
          {isRenewal ? t('newSecretAsk', { id }) : t('removeAsk')}
          {error !== null && <ErrorState error={error} />}
        </>
      }
      action={t(isRenewal ? 'newSecret' : 'removeClient')}
      pending={isPending}
      onConfirm={() => (isRenewal ? renew : remove).mutate({ params: { id } })}
      onClose={onClose}
    />
  )
}
