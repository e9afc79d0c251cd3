import type { ComponentType } from 'react'
import { NavLink as RouterLink, useParams } from 'react-router'
import { PageHeader } from '../../components/page-header.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import { LogView } from './log/log-view.tsx'
import classes from './page.module.css'
import { TimelineView } from './timeline/timeline-view.tsx'
import { WhyView } from './why/why-view.tsx'

/** The views of the page, by the part of its address that names them. */
const views = [
  { path: '', label: 'viewLog', View: LogView },
  { path: 'timeline', label: 'viewTimeline', View: TimelineView },
  { path: 'why', label: 'viewWhy', View: WhyView },
] as const satisfies readonly { path: string; label: PlainKey<'activity'>; View: ComponentType }[]

export function Page() {
  const t = useText('activity')
  const part = useParams()['*'] ?? ''
  const { View } = views.find(({ path }) => path === part) ?? views[0]
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <nav className={classes.views} aria-label={t('views')}>
        {views.map(({ path, label }) => (
          <RouterLink key={path} to={path === '' ? '/activity' : `/activity/${path}`} end>
            {t(label)}
          </RouterLink>
        ))}
      </nav>
      <View />
    </>
  )
}
