import { Status, type StatusKind } from '../../components/status.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import type { Change } from './use-change-list.ts'

const kinds = {
  kept: 'ok',
  trying: 'warning',
  reverted: 'off',
  undone: 'off',
} as const satisfies Record<Change['state'], StatusKind>

const words = {
  kept: 'kept',
  trying: 'trying',
  reverted: 'reverted',
  undone: 'undone',
} as const satisfies Record<Change['state'], PlainKey<'changes'>>

export function ChangeState({ state }: Pick<Change, 'state'>) {
  const t = useText('changes')
  return <Status kind={kinds[state]} label={t(words[state])} />
}
