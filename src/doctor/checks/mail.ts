import { maskText } from '../../activity/masking.ts'
import { createSendgridTransport } from '../../notify/email/sendgrid.ts'
import { verifySmtp } from '../../notify/email/smtp-verify.ts'
import type { VerificationStep } from '../../notify/email/transport.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'mail-not-sent': {
    status: 'warning',
    meaning: 'Mails are kept in the data directory and reach nobody.',
    cause: 'notifications.email.transport is "log", as it is before somebody sets it.',
    fix: 'Set notifications.email.transport: smtp, and the mail server under notifications.email.smtp.',
  },
  'mail-off': {
    status: 'warning',
    meaning: 'Mail is switched off: nobody can prove an e-mail address, and invited people are not told.',
    cause: 'notifications.email.transport is "none".',
    fix: 'Set notifications.email.transport: smtp - or validation.enabled: false if that is meant.',
  },
  'mail-settings': {
    status: 'problem',
    meaning: 'No mail can be sent, since the settings of the mail server are not complete.',
    cause: 'A password or a file that signpost.yaml names is missing.',
    fix: 'Set what the finding names in notifications.email.',
  },
  'mail-unreachable': {
    status: 'problem',
    meaning: 'The mail server is not reached, so that mails wait in the outbox.',
    cause: 'Host or port is wrong, or a provider or firewall closes the port.',
    fix: 'Try it by hand: openssl s_client -connect HOST:465 - or: openssl s_client -starttls smtp -connect HOST:587',
  },
  'mail-refused': {
    status: 'problem',
    meaning: 'The mail server does not want to talk to this machine.',
    cause: 'It has the address on a list, knows its name as none, or allows some machines only.',
    fix: 'See what it says; set notifications.email.smtp.heloName to the real name of this machine, or use a mail server that knows you.',
  },
  'mail-tls': {
    status: 'problem',
    meaning: 'The connection to the mail server cannot be secured, so that nothing is sent.',
    cause:
      'Its certificate is for another name or from a private authority, or port and security do not fit.',
    fix: 'Port 465 wants notifications.email.smtp.security: implicit, 587 and 25 want starttls; a private authority goes into smtp.caFile.',
  },
  'mail-login': {
    status: 'problem',
    meaning: 'The mail server does not accept the login.',
    cause: 'User or password is wrong, or the provider wants a password of its own for programs.',
    fix: 'Set notifications.email.smtp.user and password anew: signpost seal',
  },
} as const satisfies Faults

type MailFault = keyof typeof faults
const found = reporterOf(faults)

/** Shorter than in operation: somebody waits for the report. */
const timeouts = {
  dnsTimeout: 2_000,
  connectionTimeout: 2_500,
  greetingTimeout: 3_000,
  socketTimeout: 3_000,
} as const

export const mail: DoctorCheck = {
  code: 'mail',
  area: 'notifications',
  title: 'the way to the mail server',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world) {
    const { transport } = (await world.config.need()).notifications.email
    if (transport === 'log') return [found('mail-not-sent', { detail: `They are in ${world.dataDir}/mail.` })]
    if (transport === 'none') return [found('mail-off', { detail: 'Nothing is sent.' })]
    return [ofSteps(await stepsOf(world))]
  },
}

async function stepsOf(world: DoctorWorld): Promise<readonly VerificationStep[]> {
  const { matrix, notifications } = await world.config.need()
  const { email } = notifications
  const readSecret = (source: Parameters<typeof world.secrets.read>[0]) =>
    world.secrets.read(source, 'notifications.email')
  if (email.transport === 'smtp') {
    return await verifySmtp({ config: email.smtp, domain: matrix.domain, readSecret, timeouts })
  }
  const { http } = await world.network.need()
  return (await createSendgridTransport({ config: email.sendgrid, http, readSecret }).verify?.()) ?? []
}

const codes: Readonly<Record<VerificationStep['step'], MailFault>> = {
  configuration: 'mail-settings',
  connect: 'mail-unreachable',
  greeting: 'mail-refused',
  tls: 'mail-tls',
  login: 'mail-login',
  'api-key': 'mail-login',
}

function ofSteps(steps: readonly VerificationStep[]): Result {
  const failed = steps.find(({ ok }) => !ok)
  if (failed !== undefined) return found(codes[failed.step], { detail: maskText(failed.detail) })
  return fine('mail', maskText(steps.at(-1)?.detail ?? 'It answers.'))
}
