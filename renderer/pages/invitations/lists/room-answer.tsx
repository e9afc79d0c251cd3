import { Alert } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useText } from '../../../texts/use-text.tsx'

export type RoomAnswer = AnswerOf<'POST /api/invite-lists/room'>

/** Whether the account can invite into the room, or why that is not known. */
export function RoomAnswerLine({ answer }: { readonly answer: RoomAnswer }) {
  const t = useText('invitations')
  const { result, said, room } = answer
  if (result !== 'done') {
    return <Alert color="red" title={sentence(t, result, said ?? '')} />
  }
  if (room === null) return null
  const values = { user: room.userId, room: room.name ?? room.roomId }
  if (!room.isMember) return <Alert color="orange" title={t('roomNoMember', { user: room.userId })} />
  return room.mayInvite === true ? (
    <Alert color="petrol" title={t('roomFine', values)} />
  ) : (
    <Alert color="orange" title={t('roomUnsure', values)} />
  )
}

function sentence(
  t: ReturnType<typeof useText<'invitations'>>,
  result: Exclude<RoomAnswer['result'], 'done'>,
  said: string,
): string {
  if (result === 'signed-out' || result === 'missing' || result === 'limited')
    return t(`roomResult_${result}`)
  return t(`roomResult_${result}`, { said })
}
