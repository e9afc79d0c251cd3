import type { AnswerOf } from '../../../api/client.ts'

export type ListRow = AnswerOf<'GET /api/list/{id}'>['rows'][number]

export const keyOfRow = ({ medium, address }: ListRow): string => `${medium} ${address}`

export const threepidOf = ({ medium, address }: ListRow) => ({ medium, address })

/** As people write it. */
export const typedAddress = ({ medium, address }: ListRow): string =>
  medium === 'msisdn' ? `+${address}` : address
