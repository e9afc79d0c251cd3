import type { MapArrow, MapNode } from '../../../src/admin/map/contract.ts'
import { useStatusWord } from '../../components/status.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { useMapWords } from './words.ts'

/** An arrow in words. */
export interface Connection {
  readonly arrow: MapArrow
  /** `Signpost to ldap`. */
  readonly title: string
  readonly flow: string
  /** `34/min`; null while nothing happens. */
  readonly rate: string | null
  /** Median of the last ten minutes. */
  readonly latency: string | null
  /** With the time; the reason is the server's own, in English. */
  readonly lastError: string | null
  readonly fix: string | null
  /** All of it as one sentence, for those who do not see the picture, and for a closer look. */
  readonly said: string
  /** Where it leads to. */
  readonly page: string
}

/** The arrows of the map in words, in their order. */
export function useConnections(
  nodes: readonly MapNode[],
  arrows: readonly MapArrow[],
): readonly Connection[] {
  const t = useText('map')
  const formats = useFormats()
  const word = useStatusWord()
  const words = useMapWords()
  const byId = new Map(nodes.map((node) => [node.id, node]))

  return arrows.flatMap((arrow) => {
    const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)]
    if (from === undefined || to === undefined) return []
    const { perMinute, p50, state, since, lastError } = arrow
    const title = t('fromTo', { from: words.name(from), to: words.name(to) })
    const flow = words.flow(arrow)
    const latency = p50 === null ? null : words.time(p50)
    const error =
      lastError === null
        ? null
        : t('lastError', { time: formats.dateTime(lastError.at), reason: lastError.reason })
    const said = [
      `${title}: ${flow}`,
      since === null ? word(state) : `${word(state)} ${t('sinceWhen', { time: formats.dateTime(since) })}`,
      // Nothing is counted of what is not set up.
      ...(state === 'off' ? [] : [t('perMinuteSaid', { count: perMinute })]),
      ...(latency === null ? [] : [t('medianSaid', { time: latency })]),
      ...(error === null ? [] : [error]),
    ].join('. ')
    return [
      {
        ...{ arrow, title, flow, latency, said, lastError: error, fix: lastError?.fix ?? null },
        rate: perMinute === 0 ? null : t('perMinute', { count: perMinute }),
        page: to.kind === 'signpost' ? from.page : to.page,
      },
    ]
  })
}
