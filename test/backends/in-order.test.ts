import { describe, expect, test } from 'vitest'
import { inOrder } from '../../src/backends/in-order.ts'

/** An outcome that the test decides on. */
function held<T>() {
  let settle: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}

const isHit = (outcomes: readonly (string | null)[]) => outcomes.some((outcome) => outcome !== 'no')

describe('asking in order', () => {
  test('does not begin the second when the first is enough', async () => {
    const begun: string[] = []
    const begin = async (item: string) => {
      begun.push(item)
      return item
    }
    expect(await inOrder(['a', 'b'], begin, isHit)).toEqual(['a'])
    expect(begun).toEqual(['a'])
  })

  test('goes on to the next one that is needed', async () => {
    const begin = async (item: string) => (item === 'a' ? 'no' : item)
    expect(await inOrder(['a', 'b', 'c'], begin, isHit)).toEqual(['no', 'b'])
    expect(await inOrder([], begin, isHit)).toEqual([])
  })

  test('begins the next one while the first is slow, and still prefers the first', async () => {
    const slow = held<string>()
    const begin = (item: string) => {
      if (item === 'slow') return slow.promise
      slow.settle('from the slow one')
      return Promise.resolve('from the fast one')
    }
    const outcomes = await inOrder(['slow', 'fast'], begin, isHit, 1)
    expect(outcomes[0]).toBe('from the slow one')
  })

  test('does not wait for a later one when an earlier one has decided', async () => {
    const first = held<string>()
    const begin = (item: string) => {
      if (item === 'first') return first.promise
      first.settle('enough')
      return new Promise<string>(() => {})
    }
    expect(await inOrder(['first', 'never'], begin, isHit, 1)).toEqual(['enough', null])
  })

  test('tells each one what is known so far', async () => {
    const seen: unknown[] = []
    const begin = async (item: string, outcomes: readonly (string | null)[]) => {
      seen.push([...outcomes])
      return item === 'b' ? 'hit' : 'no'
    }
    await inOrder(['a', 'b', 'c'], begin, isHit)
    expect(seen).toEqual([[null], ['no', null]])
  })
})
