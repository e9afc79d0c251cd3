import {
  IconArrowsLeftRight,
  IconBuilding,
  IconCloud,
  IconDeviceMobile,
  IconHome,
  IconMail,
  IconMessage,
  IconServer2,
  IconShieldHalf,
} from '@tabler/icons-react'
import { Link } from 'react-router'
import type { MapNode } from '../../../../src/admin/map/contract.ts'
import { StatusIcon, useStatusWord } from '../../../components/status.tsx'
import mark from '../../../icons/ok.svg'
import { useMapWords } from '../words.ts'
import type { Box } from './layout.ts'
import classes from './picture.module.css'

const icons = {
  clients: IconDeviceMobile,
  proxy: IconShieldHalf,
  homeserver: IconHome,
  backend: IconServer2,
  mail: IconMail,
  sms: IconMessage,
  central: IconCloud,
  bridge: IconArrowsLeftRight,
  peer: IconBuilding,
} as const satisfies Record<Exclude<MapNode['kind'], 'signpost'>, typeof IconHome>

/** One part of the picture; leads to the page that sets it up or shows more. */
export function NodeBox({ node, box }: { readonly node: MapNode; readonly box: Box }) {
  const words = useMapWords()
  const word = useStatusWord()
  const { kind, state, page } = node
  const { x, y, width, height } = box
  const Icon = kind === 'signpost' ? null : icons[kind]
  return (
    <li className={classes.place} style={{ left: x, top: y, width, height }}>
      <Link className={classes.node} data-kind={kind} data-state={state} to={page}>
        {Icon === null ? (
          <img src={mark} alt="" width={36} height={36} />
        ) : (
          <Icon className={classes.nodeIcon} size={20} stroke={1.6} aria-hidden />
        )}
        <span className={classes.nodeText}>
          <span className={classes.nodeName}>{words.name(node)}</span>
          <span className={classes.nodeWhat}>{words.what(node)}</span>
        </span>
        {kind !== 'clients' && (
          <span className={classes.nodeState} role="img" aria-label={word(state)}>
            <StatusIcon kind={state} />
          </span>
        )}
      </Link>
    </li>
  )
}
