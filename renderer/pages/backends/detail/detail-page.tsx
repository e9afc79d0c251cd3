import { Anchor, Tabs } from '@mantine/core'
import { Link, useNavigate, useParams } from 'react-router'
import { useApi } from '../../../api/hooks.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { kinds } from '../kinds.ts'
import type { Backend } from '../model.ts'
import { RowsTab } from '../rows/rows-tab.tsx'
import { XrayTab } from '../xray/xray-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { StateTab } from './state-tab.tsx'

const tabs = ['state', 'rows', 'xray', 'settings'] as const
type Tab = (typeof tabs)[number]

/** One backend. */
export function DetailPage() {
  const t = useText('backends')
  const { id = '', tab } = useParams()
  const overview = useApi('GET /api/backends', undefined, { refetchEvery: 15_000 })
  return (
    <>
      <Anchor component={Link} size="sm" to="/backends">
        {t('back')}
      </Anchor>
      <QueryView query={overview} loading={<LoadingRows rows={4} height={90} />}>
        {({ backends }) => {
          const backend = backends.find((one) => one.id === id)
          if (backend !== undefined) return <Detail key={id} backend={backend} tab={tab} />
          return (
            <>
              <PageHeader title={id} />
              <EmptyState title={t('notThere')} level={2}>
                {t('notThereBody')}
              </EmptyState>
            </>
          )
        }}
      </QueryView>
    </>
  )
}

function Detail({ backend, tab }: { readonly backend: Backend; readonly tab: string | undefined }) {
  const t = useText('backends')
  const navigate = useNavigate()
  const { id, type } = backend
  const kind = kinds[type]
  const offered = tabs.filter((one) => one !== 'rows' || type === 'list')
  const current: Tab = offered.find((one) => one === tab) ?? 'state'
  const names = { state: t('tabState'), rows: t('tabRows'), xray: t('tabXray'), settings: t('tabSettings') }
  return (
    <>
      <PageHeader title={id} description={kind === undefined ? type : t(kind.name)} />
      <Tabs
        value={current}
        keepMounted={false}
        onChange={(next) => void navigate(`/backends/${id}${next === 'state' ? '' : `/${next}`}`)}
      >
        <Tabs.List mb="md" aria-label={id}>
          {offered.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {names[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="state">
          <StateTab backend={backend} />
        </Tabs.Panel>
        <Tabs.Panel value="rows">
          <RowsTab backend={backend} />
        </Tabs.Panel>
        <Tabs.Panel value="xray">
          <XrayTab backend={backend} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab backend={backend} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
