import { IconChevronRight } from '@tabler/icons-react'
import { Link } from 'react-router'
import { StatusIcon, useStatusWord } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'
import classes from './connection-list.module.css'
import { useConnections, type Connection } from './use-connections.ts'
import type { MapPicture } from './use-map.ts'

/** The same as the picture, where there is no room for it: every connection, in the order in which a request meets them. */
export function ConnectionList({ map: { nodes, arrows, morePeers } }: { readonly map: MapPicture }) {
  const t = useText('map')
  const connections = useConnections(nodes, arrows)
  return (
    <ol className={classes.list} aria-label={t('connections')}>
      {connections.map((connection) => (
        <Row key={connection.arrow.id} connection={connection} />
      ))}
      {morePeers > 0 && (
        <li className={classes.more}>
          <Link to="/federation">{t('morePeers', { count: morePeers })}</Link>
        </li>
      )}
    </ol>
  )
}

function Row({ connection }: { readonly connection: Connection }) {
  const t = useText('map')
  const word = useStatusWord()
  const { arrow, title, flow, rate, latency, lastError, fix, page } = connection
  const isOff = arrow.state === 'off'
  const numbers = [rate ?? t('quiet'), latency].filter((text) => text !== null).join(' · ')
  return (
    <li>
      <Link className={classes.row} data-state={arrow.state} to={page}>
        <span className={classes.state} role="img" aria-label={word(arrow.state)}>
          <StatusIcon kind={arrow.state} />
        </span>
        <span className={classes.title}>{title}</span>
        <span className={classes.numbers}>{isOff ? '' : numbers}</span>
        <IconChevronRight className={classes.state} size={16} aria-hidden />
        <span className={classes.flow}>{isOff ? t('notSetUp') : flow}</span>
        {arrow.state === 'problem' && lastError !== null && (
          <span className={classes.error}>
            {lastError} {fix}
          </span>
        )}
      </Link>
    </li>
  )
}
