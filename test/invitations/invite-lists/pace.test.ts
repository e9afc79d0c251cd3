import { describe, expect, it } from 'vitest'
import { estimate, freshPaces, limited, sent } from '../../../src/invitations/invite-lists/pace.ts'

const now = Date.UTC(2030, 0, 1)
const minute = 60_000

describe('the pace of a list', () => {
  it('is that of Synapse as long as the homeserver has not shown its own', () => {
    expect(estimate(freshPaces(now), { mail: 5, direct: 0 }, now)).toEqual({ finishAt: now, measured: false })
    const many = estimate(freshPaces(now), { mail: 105, direct: 0 }, now)
    expect(many).toEqual({ finishAt: now + 100 * 400_000, measured: false })
  })

  it('is learnt from the first refusal: the wait that is asked for, and the time since the last one', () => {
    const { mail } = freshPaces(now)
    const learnt = limited(sent(mail, now), now + minute, 3 * minute)
    expect(learnt).toMatchObject({ everyMs: 4 * minute, nextAt: now + 4 * minute })
    expect(sent(learnt, now + 4 * minute).nextAt).toBe(now + 8 * minute)
    const paces = { ...freshPaces(now), mail: learnt }
    expect(estimate(paces, { mail: 3, direct: 0 }, now)).toEqual({
      finishAt: now + 12 * minute,
      measured: true,
    })
  })

  it('is counted apart for those who are known: they do not wait for the limit of mails', () => {
    const paces = { ...freshPaces(now), mail: limited(freshPaces(now).mail, now, 10 * minute) }
    expect(estimate(paces, { mail: 0, direct: 3 }, now).finishAt).toBe(now)
  })
})
