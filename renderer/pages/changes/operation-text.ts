import { useText, type PlainKey } from '../../texts/use-text.tsx'

/** What administrators do, by the server's names for it; a test holds them together with its routes. */
export const operations: Readonly<Record<string, PlainKey<'changes'>>> = {
  'settings.change': 'did_settings_change',
  'settings.confirm': 'did_settings_confirm',
  'settings.revert': 'did_settings_revert',
  'settings.undo': 'did_settings_undo',
  'settings.return': 'did_settings_return',
  'wizard.apply': 'did_wizard_apply',
  restart: 'did_restart',
  'backends.add': 'did_backends_add',
  'backends.change': 'did_backends_change',
  'backends.remove': 'did_backends_remove',
  'backends.order': 'did_backends_order',
  'backends.sync': 'did_backends_sync',
  'list.row': 'did_list_row',
  'list.remove': 'did_list_remove',
  'list.import': 'did_list_import',
  'list.export': 'did_list_export',
  'invitations.resend': 'did_invitations_resend',
  'invitations.revoke': 'did_invitations_revoke',
  'invite-lists.start': 'did_invite_lists_start',
  'invite-lists.pause': 'did_invite_lists_pause',
  'invite-lists.resume': 'did_invite_lists_resume',
  'invite-lists.cancel': 'did_invite_lists_cancel',
  'associations.unbind': 'did_associations_unbind',
  'federation.pause': 'did_federation_pause',
  'templates.save': 'did_templates_save',
  'templates.revert': 'did_templates_revert',
  'outbox.retry': 'did_outbox_retry',
  'outbox.give-up': 'did_outbox_give_up',
  'keys.rotate': 'did_keys_rotate',
  'keys.rotate-pepper': 'did_keys_rotate_pepper',
  'tls.renew': 'did_tls_renew',
  'backups.make': 'did_backups_make',
  'backups.try': 'did_backups_try',
  'backups.restore': 'did_backups_restore',
  'backups.remove': 'did_backups_remove',
  'backups.forget-restore': 'did_backups_forget_restore',
  'backups.export': 'did_backups_export',
  'person.export': 'did_person_export',
  'person.erase': 'did_person_erase',
  'jobs.cancel': 'did_jobs_cancel',
  'integrations.password-secret': 'did_integrations_password_secret',
  'integrations.tokens': 'did_integrations_tokens',
  'integrations.registration': 'did_integrations_registration',
  'integrations.add-client': 'did_integrations_add_client',
  'integrations.client-secret': 'did_integrations_client_secret',
  'integrations.remove-client': 'did_integrations_remove_client',
  'session.claim': 'did_session_claim',
  'session.link': 'did_session_link',
  'session.reset': 'did_session_reset',
  'session.sign-in': 'did_session_sign_in',
  'session.sign-out': 'did_session_sign_out',
  'session.password': 'did_session_password',
  'session.end': 'did_session_end',
  'session.end-others': 'did_session_end_others',
}

/** A name that this version does not know, such as one of an older version, stays as it is. */
export function useOperationText(): (operation: string) => string {
  const t = useText('changes')
  return (operation) => {
    const key = operations[operation]
    return key === undefined ? operation : t(key)
  }
}
