import {
  bindValues,
  invitationByIdValues,
  invitationValues,
  signUpValues,
  type TemplateValues,
  unbindValues,
  validationValues,
} from './values.ts'

export interface SampleOptions {
  /** The Matrix domain. */
  readonly domain: string
  /** Base URL of the public listener. */
  readonly publicUrl: string
  readonly webClient: string
  readonly registerUrl: string | null
}

/** Values of an invented message, so that a template can be seen at work. Nobody in it exists. */
export function sampleValues(
  medium: 'email' | 'sms' | 'page',
  kind: string,
  options: SampleOptions,
): TemplateValues {
  const { domain, publicUrl } = options
  const recipient =
    medium === 'sms'
      ? { medium: 'msisdn' as const, address: '447700900001' }
      : { medium: 'email' as const, address: 'sam@example.net' }
  const link =
    medium === 'sms' ? '' : `${publicUrl}/_matrix/identity/v2/validate/email/submitToken?token=482913`
  const heading = { to: recipient.address, messageid: `sample@${domain}` }
  const byKind: Readonly<Record<string, () => TemplateValues>> = {
    validation: () => validationValues({ ...recipient, link, token: '482913', ip: '192.0.2.7', hours: 24 }),
    invitation: () => ({
      ...invitationValues({
        ...recipient,
        request: {
          sender: `@anna:${domain}`,
          sender_display_name: 'Anna Arden',
          room_id: `!garden:${domain}`,
          room_name: 'Garden club',
          room_alias: `#garden:${domain}`,
        },
        token: 'sample',
        ephemeralPrivateKey: 'sample',
        senderVerified: true,
        webClient: options.webClient,
        registerUrl: options.registerUrl,
        publicUrl,
      }),
    }),
    'invitation-by-id': () =>
      invitationByIdValues({
        ...recipient,
        userId: `@sam:${domain}`,
        request: {
          sender: `@anna:${domain}`,
          sender_display_name: 'Anna Arden',
          room_id: `!garden:${domain}`,
          room_name: 'Garden club',
        },
        webClient: options.webClient,
      }),
    'sign-up': () =>
      signUpValues({
        ...{ address: 'sam@example.net', inviter: 'Anna Arden', roomName: 'Garden club' },
        ...{ token: 'sample', localpart: 'sam', problem: '' },
      }),
    'sign-up-success': () => ({ mxid: `@sam:${domain}`, link: options.webClient }),
    'unbind-notice': () => unbindValues({ ...recipient, userId: `@sam:${domain}` }),
    'bind-notice': () => bindValues({ ...recipient, userId: `@sam:${domain}` }),
  }
  return { ...heading, ...byKind[kind]?.() }
}
