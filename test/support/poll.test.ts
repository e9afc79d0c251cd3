import { describe, expect, test } from 'vitest'
import { eventually } from './poll.ts'

describe('eventually', () => {
  test('looks again until there is an answer, and returns it', async () => {
    const answers = [undefined, null, false, 0] as const
    let looks = 0

    expect(await eventually(() => answers[looks++], { what: 'an answer', intervalMs: 1 })).toBe(0)
    expect(looks).toBe(4)
  })

  test('names what it waited for and keeps the last error when time is up', async () => {
    const error = new Error('still closed')

    const waiting = eventually(() => Promise.reject(error), { what: 'the door', timeoutMs: 5, intervalMs: 1 })

    await expect(waiting).rejects.toMatchObject({
      message: expect.stringContaining('the door'),
      cause: error,
    })
  })
})
