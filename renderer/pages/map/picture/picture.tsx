import { Text } from '@mantine/core'
import { Link } from 'react-router'
import { useText, type PlainKey } from '../../../texts/use-text.tsx'
import { useConnections } from '../use-connections.ts'
import type { MapPicture } from '../use-map.ts'
import { ArrowLabel } from './arrow-label.tsx'
import { Lines } from './lines.tsx'
import { layOut, type Panel, type PanelId } from './layout.ts'
import { NodeBox } from './node-box.tsx'
import classes from './picture.module.css'

const panelTexts = {
  directory: 'groupDirectory',
  messages: 'groupMessages',
  others: 'groupOthers',
} as const satisfies Record<PanelId, PlainKey<'map'>>

/** The architecture of this installation, drawn from what is known at the moment. */
export function Picture({ map, width }: { readonly map: MapPicture; readonly width: number }) {
  const t = useText('map')
  const { nodes, arrows, morePeers } = map
  const layout = layOut(nodes, arrows, width, morePeers)
  const connections = new Map(useConnections(nodes, arrows).map((each) => [each.arrow.id, each]))
  return (
    <div className={classes.picture} style={{ height: layout.height }}>
      {layout.panels.map((panel) => (
        <PanelFrame key={panel.id} panel={panel} morePeers={panel.id === 'others' ? morePeers : 0} />
      ))}
      <Lines layout={layout} />
      <ul className={classes.list} aria-label={t('parts')}>
        {layout.nodes.map(({ node, box }) => (
          <NodeBox key={node.id} node={node} box={box} />
        ))}
      </ul>
      <ul className={classes.list} aria-label={t('connections')}>
        {layout.arrows.map(({ arrow, label }) => {
          const connection = connections.get(arrow.id)
          // What is not set up has no numbers, and its box says so.
          if (connection === undefined || arrow.state === 'off') return null
          return <ArrowLabel key={arrow.id} connection={connection} {...label} />
        })}
      </ul>
    </div>
  )
}

function PanelFrame({ panel, morePeers }: { readonly panel: Panel; readonly morePeers: number }) {
  const t = useText('map')
  const { x, y, width, height } = panel.box
  return (
    <div className={classes.panel} style={{ left: x, top: y, width, height }}>
      <Text component="h2" className={classes.panelTitle}>
        {t(panelTexts[panel.id])}
      </Text>
      {panel.isEmpty && panel.id === 'others' && <p className={classes.panelNote}>{t('noPeers')}</p>}
      {morePeers > 0 && (
        <Link className={classes.panelNote} to="/federation">
          {t('morePeers', { count: morePeers })}
        </Link>
      )}
    </div>
  )
}
