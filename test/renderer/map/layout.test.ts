import { describe, expect, it } from 'vitest'
import { layOut, narrowest, type Box } from '../../../renderer/pages/map/picture/layout.ts'
import type { MapArrow, MapNode } from '../../../src/admin/map/contract.ts'

const node = (kind: MapNode['kind'], id: string = kind): MapNode => ({
  ...{ id, kind, name: id, type: null, state: 'ok', page: '/' },
})
const arrow = (from: string, to: string): MapArrow => ({
  ...{ id: `${from}-${to}`, from, to, flow: 'lookup', state: 'ok', perMinute: 1 },
  ...{ p50: 1, since: null, lastError: null },
})

function installation({ hasProxy, peers }: { readonly hasProxy: boolean; readonly peers: number }) {
  const asked = [
    node('homeserver'),
    node('backend', 'backend staff'),
    node('mail'),
    node('sms'),
    ...Array.from({ length: peers }, (_, index) => node('peer', `peer ${index}`)),
  ]
  const before = hasProxy
    ? [node('clients'), node('proxy'), node('signpost')]
    : [node('clients'), node('signpost')]
  const incoming = hasProxy
    ? [arrow('clients', 'proxy'), arrow('proxy', 'signpost')]
    : [arrow('clients', 'signpost')]
  return {
    nodes: [...before, ...asked],
    arrows: [...incoming, ...asked.map(({ id }) => arrow('signpost', id))],
  }
}

const meet = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('the layout of the map', () => {
  const cases = [narrowest, 1000, 1152, 1400].flatMap((width) =>
    [true, false].flatMap((hasProxy) => [0, 1, 12].map((peers) => ({ width, hasProxy, peers }))),
  )

  it.each(cases)(
    'has room for everything: $width px, proxy $hasProxy, $peers peers',
    ({ width, ...what }) => {
      const { nodes, arrows } = installation(what)
      const layout = layOut(nodes, arrows, width, 0)
      expect(layout.nodes).toHaveLength(nodes.length)
      expect(layout.arrows).toHaveLength(arrows.length)
      for (const { box } of layout.nodes) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        expect(box.y + box.height).toBeLessThanOrEqual(layout.height)
      }
      const boxes = layout.nodes.map(({ box }) => box)
      const meeting = boxes.flatMap((box, index) =>
        boxes.slice(index + 1).filter((other) => meet(box, other)),
      )
      expect(meeting).toEqual([])
      // Enough for "1,234/min".
      for (const { label } of layout.arrows) expect(label.width).toBeGreaterThanOrEqual(38)
    },
  )

  it('draws the way past Signpost only where there is a proxy', () => {
    const [with_, without] = [true, false].map((hasProxy) => installation({ hasProxy, peers: 0 }))
    expect(with_ && layOut(with_.nodes, with_.arrows, 1152, 0).sideway).not.toBeNull()
    expect(without && layOut(without.nodes, without.arrows, 1152, 0).sideway).toBeNull()
  })
})
