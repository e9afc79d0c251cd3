import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { StepPage, type Verdict } from '../frame/step-page.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { SendgridCard } from './sendgrid-card.tsx'
import { SmsCard } from './sms-card.tsx'
import { SmtpCard } from './smtp-card.tsx'

const transports = ['log', 'smtp', 'sendgrid', 'none'] as const
type Transport = (typeof transports)[number]

const titles = {
  log: 'mailLog',
  smtp: 'mailSmtp',
  sendgrid: 'mailSendgrid',
  none: 'mailNone',
} as const
const descriptions = {
  log: 'mailLogWhat',
  smtp: 'mailSmtpWhat',
  sendgrid: 'mailSendgridWhat',
  none: 'mailNoneWhat',
} as const

const path = 'notifications.email.transport'

export function MailStep() {
  const t = useText('wizard-services')
  const { value, set, choice } = useDraft()
  const transport: Transport = transports.find((one) => one === value(path)) ?? 'log'
  return (
    <StepPage step="mail" lead={t('mailLead')} sections={['notifications']} verdict={verdictOf()}>
      <ChoiceCards
        label={t('mailTransport')}
        value={transport}
        choices={transports.map((one) => ({
          value: one,
          title: t(titles[one]),
          description: t(descriptions[one]),
        }))}
        onChange={(next) => set(path, next === 'log' ? undefined : next)}
      />
      {transport === 'smtp' && <SmtpCard />}
      {transport === 'sendgrid' && <SendgridCard />}
      <SmsCard />
    </StepPage>
  )

  function verdictOf(): Verdict {
    if (transport === 'smtp' && textOf(value('notifications.email.smtp.host')) === '') {
      return { kind: 'blocked', note: t('smtpHostMissing') }
    }
    if (transport === 'smtp' && choice('mailTried') !== true)
      return { kind: 'doubtful', note: t('mailUntried') }
    return { kind: 'fine' }
  }
}
