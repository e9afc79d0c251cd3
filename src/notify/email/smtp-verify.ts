import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { readSmtpFailure, type SmtpFailure } from './smtp-failure.ts'
import { type SmtpSettings, smtpConnectionOptions } from './smtp-options.ts'
import { settle } from './smtp-settle.ts'
import type { DeliveryError, VerificationStep } from './transport.ts'

/** Opens one connection, says hello, changes to TLS and logs in; no mail is begun. */
export async function verifySmtp(settings: SmtpSettings): Promise<readonly VerificationStep[]> {
  const steps: VerificationStep[] = []
  const passed = (step: VerificationStep['step'], detail: string) => steps.push({ step, ok: true, detail })
  let connection: SMTPConnection | null = null
  let waitingFor: VerificationStep['step'] = 'configuration'
  try {
    const { auth, ...options } = await smtpConnectionOptions(settings)
    const { default: Connection } = await import('nodemailer/lib/smtp-connection')
    passed('configuration', `${options.host}, port ${options.port}, security ${settings.config.security}`)

    waitingFor = 'connect'
    const opened = new Connection(options)
    connection = opened
    await settle(opened, (done) => opened.connect(done))
    passed('connect', `${options.host} answers on port ${options.port} as a mail server.`)
    passed('tls', opened.secure ? 'The connection is encrypted.' : 'The connection is not encrypted.')

    if (auth !== undefined) {
      waitingFor = 'login'
      await settle(opened, (done) => opened.login({ credentials: auth }, done))
      passed('login', `The server accepts the login of ${auth.user}.`)
    }
    opened.quit()
  } catch (error) {
    const failure = readSmtpFailure(error, settings)
    steps.push({ step: failedStep(failure, error, waitingFor), ok: false, detail: failure.detail })
  } finally {
    connection?.close()
  }
  return steps
}

function failedStep(
  failure: DeliveryError,
  error: unknown,
  waitingFor: VerificationStep['step'],
): VerificationStep['step'] {
  if (failure.code === 'smtp-tls') return 'tls'
  const { responseCode }: SmtpFailure = typeof error === 'object' && error !== null ? error : {}
  return waitingFor === 'connect' && responseCode !== undefined ? 'greeting' : waitingFor
}
