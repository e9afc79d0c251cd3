import type { MapArrow, MapNode } from '../../../../src/admin/map/contract.ts'

/** In pixels of the picture, whose upper left corner is 0, 0. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedNode {
  readonly node: MapNode
  readonly box: Box
}

export interface PlacedArrow {
  readonly arrow: MapArrow
  /** For the `d` of an SVG path, in the direction of the arrow. */
  readonly path: string
  /** The middle of the straight piece that its numbers stand at. */
  readonly label: { readonly x: number; readonly y: number; readonly width: number }
}

export type PanelId = 'directory' | 'messages' | 'others'

/** A frame with a title around nodes of the right column. */
export interface Panel {
  readonly id: PanelId
  readonly box: Box
  readonly isEmpty: boolean
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly arrows: readonly PlacedArrow[]
  readonly panels: readonly Panel[]
  /** Where requests reach the homeserver without Signpost; null without a proxy. */
  readonly sideway: string | null
}

/** Below this width a list of the connections says more than the picture. */
export const narrowest = 940

const nodeHeight = 56
const rowGap = 8
const panel = { title: 38, inset: 10, gap: 16, emptyRow: 30 } as const
const signpostHeight = 132
/** From the middle of the upper row to that of the homeserver below it. */
const homeserverBelow = 176

const panelOf: Partial<Record<MapNode['kind'], PanelId>> = {
  backend: 'directory',
  mail: 'messages',
  sms: 'messages',
  central: 'others',
  bridge: 'others',
  peer: 'others',
}

/** Places the picture of the architecture: who asks at the left, Signpost in the middle, who is asked at the right. */
export function layOut(
  nodes: readonly MapNode[],
  arrows: readonly MapArrow[],
  width: number,
  morePeers: number,
): Layout {
  const columns = columnsOf(
    width,
    nodes.some(({ kind }) => kind === 'proxy'),
  )
  const right = placeRight(nodes, columns.right, morePeers > 0)
  const middle = Math.min(Math.max(right.height / 2 - homeserverBelow / 2, 92), 200)
  const left = placeLeft(nodes, columns, middle)
  const placed = [...left, ...right.nodes]
  const height = Math.max(right.height, middle + homeserverBelow + nodeHeight / 2 + 8)
  return {
    width,
    height,
    nodes: placed,
    arrows: placeArrows(arrows, placed),
    panels: right.panels,
    sideway: sidewayOf(placed),
  }
}

interface Column {
  readonly x: number
  readonly width: number
}

type Columns = Readonly<Record<'clients' | 'proxy' | 'homeserver' | 'signpost' | 'right', Column>>

function columnsOf(width: number, hasProxy: boolean): Columns {
  const small = Math.round(Math.min(198, Math.max(150, width * 0.17)))
  const signpostWidth = 184
  const rightWidth = Math.round(Math.min(310, Math.max(236, width * 0.25)))
  const rest = width - small * (hasProxy ? 2 : 1) - signpostWidth - rightWidth
  const before = Math.floor(rest * (hasProxy ? 0.28 : 0.5))
  const proxyX = small + before
  const signpostX = hasProxy ? proxyX + small + before : proxyX
  const homeserverX = hasProxy ? proxyX : Math.round((signpostX - small) / 2)
  return {
    clients: { x: 0, width: small },
    proxy: { x: proxyX, width: small },
    // Its name is a domain, which is longer than what stands above it.
    homeserver: { x: homeserverX - 20, width: small + 40 },
    signpost: { x: signpostX, width: signpostWidth },
    right: { x: width - rightWidth, width: rightWidth },
  }
}

function placeLeft(nodes: readonly MapNode[], columns: Columns, middle: number): PlacedNode[] {
  return nodes.flatMap((node) => {
    const { kind } = node
    if (kind !== 'clients' && kind !== 'proxy' && kind !== 'signpost' && kind !== 'homeserver') return []
    const height = kind === 'signpost' ? signpostHeight : nodeHeight
    const at = kind === 'homeserver' ? middle + homeserverBelow : middle
    return [{ node, box: { ...columns[kind], y: at - height / 2, height } }]
  })
}

function placeRight(nodes: readonly MapNode[], { x, width }: Column, hasMore: boolean) {
  const placed: PlacedNode[] = []
  const panels: Panel[] = []
  let y = 0
  for (const id of ['directory', 'messages', 'others'] as const) {
    const members = nodes.filter(({ kind }) => panelOf[kind] === id)
    const top = y
    y += panel.title
    for (const node of members) {
      const box = { x: x + panel.inset, y, width: width - 2 * panel.inset, height: nodeHeight }
      placed.push({ node, box })
      y += nodeHeight + rowGap
    }
    if (members.length === 0 || (id === 'others' && hasMore)) y += panel.emptyRow
    y += panel.inset - (members.length > 0 ? rowGap : 0)
    panels.push({ id, box: { x, y: top, width, height: y - top }, isEmpty: members.length === 0 })
    y += panel.gap
  }
  return { nodes: placed, panels, height: y - panel.gap }
}

function placeArrows(arrows: readonly MapArrow[], placed: readonly PlacedNode[]): PlacedArrow[] {
  const boxes = new Map(placed.map(({ node, box }) => [node.id, { node, box }]))
  const toRight = arrows.filter(({ to }) => panelOf[boxes.get(to)?.node.kind ?? 'signpost'] !== undefined)
  return arrows.flatMap((arrow) => {
    const from = boxes.get(arrow.from)
    const to = boxes.get(arrow.to)
    if (from === undefined || to === undefined) return []
    if (to.node.kind === 'homeserver') return [{ arrow, ...down(from.box, to.box) }]
    const position = toRight.indexOf(arrow)
    const line =
      position === -1 ? across(from.box, to.box) : fanOut(from.box, to.box, position, toRight.length)
    return [{ arrow, ...line }]
  })
}

type Line = Pick<PlacedArrow, 'path' | 'label'>

const midY = ({ y, height }: Box) => y + height / 2

/** From one to the next in the upper row. */
function across(from: Box, to: Box): Line {
  const start = from.x + from.width
  const y = midY(from)
  const width = to.x - start
  return { path: `M ${start} ${y} L ${to.x} ${y}`, label: { x: start + width / 2, y, width } }
}

/** Out of the bottom of Signpost and round the corner into the right side of the homeserver. */
function down(from: Box, to: Box): Line {
  const x = from.x + from.width / 2
  const start = from.y + from.height
  const y = midY(to)
  const end = to.x + to.width
  const corner = Math.min(24, Math.abs(x - end) / 2, y - start)
  const width = x - corner - end
  return {
    path: `M ${x} ${start} L ${x} ${y - corner} Q ${x} ${y} ${x - corner} ${y} L ${end} ${y}`,
    label: { x: end + width / 2, y, width },
  }
}

/** From the right side of Signpost to a row of the right column; its last piece is straight, for the numbers. */
function fanOut(from: Box, to: Box, position: number, count: number): Line {
  const start = from.x + from.width
  const room = from.height - 36
  const startY = from.y + 18 + (count === 1 ? room / 2 : (room * position) / (count - 1))
  const y = midY(to)
  const straight = Math.min(96, (to.x - start) * 0.56)
  const bend = to.x - straight
  const half = (start + bend) / 2
  return {
    path: `M ${start} ${startY} C ${half} ${startY} ${half} ${y} ${bend} ${y} L ${to.x} ${y}`,
    // The panel begins before the row does.
    label: { x: bend + (straight - panel.inset) / 2, y, width: straight - panel.inset },
  }
}

/** Whatever is not for Signpost goes from the proxy to the homeserver. */
function sidewayOf(placed: readonly PlacedNode[]): string | null {
  const proxy = placed.find(({ node }) => node.kind === 'proxy')?.box
  const homeserver = placed.find(({ node }) => node.kind === 'homeserver')?.box
  if (proxy === undefined || homeserver === undefined) return null
  const x = proxy.x + proxy.width / 2
  return `M ${x} ${proxy.y + proxy.height} L ${x} ${homeserver.y}`
}
