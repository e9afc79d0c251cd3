import { Tabs } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { PageHeader } from '../../components/page-header.tsx'
import { useText } from '../../texts/use-text.tsx'
import { MailTab } from './mail/mail-tab.tsx'
import { OutboxTab } from './outbox/outbox-tab.tsx'
import { SmsTab } from './sms-tab.tsx'
import { TemplatesTab } from './templates/templates-tab.tsx'

const tabs = ['mail', 'sms', 'templates', 'outbox'] as const
type Tab = (typeof tabs)[number]

const labels = { mail: 'tabMail', sms: 'tabSms', templates: 'tabTemplates', outbox: 'tabOutbox' } as const
const contents = { mail: MailTab, sms: SmsTab, templates: TemplatesTab, outbox: OutboxTab } as const

export function Page() {
  const t = useText('notifications')
  const [query, setQuery] = useSearchParams()
  const tab: Tab = tabs.find((one) => one === query.get('tab')) ?? 'mail'
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          setQuery(next === null || next === 'mail' ? {} : { tab: next }, { replace: true })
        }
      >
        <Tabs.List mb="lg">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(labels[one])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => {
          const Content = contents[one]
          return (
            <Tabs.Panel key={one} value={one}>
              <Content />
            </Tabs.Panel>
          )
        })}
      </Tabs>
    </>
  )
}
