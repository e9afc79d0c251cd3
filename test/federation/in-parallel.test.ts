import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inParallel } from '../../src/federation/in-parallel.ts'

it('Work is done on so many at a time and no more, and the results keep their order', async () => {
  let running = 0
  let most = 0
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (turns) => {
    most = Math.max(most, ++running)
    for (let count = 0; count < turns; count++) await turn()
    running--
    return turns * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

it('After a failure nothing new is begun', async () => {
  const begun: number[] = []
  const work = inParallel([1, 2, 3, 4], 1, async (item) => {
    begun.push(item)
    if (item === 2) throw new Error('broken')
  })
  await expect(work).rejects.toThrow('broken')
  expect(begun).toEqual([1, 2])
})
