import { Status, type StatusKind } from '../../components/status.tsx'
import { useConnection } from '../../api/use-events.ts'
import { useText } from '../../texts/use-text.tsx'

/** In the header: whether what is seen is live. */
export function ConnectionMark() {
  const t = useText('shell')
  const { state } = useConnection()
  const shown: Record<typeof state, readonly [StatusKind, string]> = {
    live: ['ok', t('live')],
    connecting: ['unknown', t('connecting')],
    lost: ['warning', t('notLive')],
    'signed-out': ['warning', t('notLive')],
  }
  const [kind, label] = shown[state]
  return <Status kind={kind} label={label} />
}
