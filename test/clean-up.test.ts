import { expect, test } from 'vitest'
import { createCleanUp } from '../src/clean-up.ts'

test('what came last goes first, whatever fails on the way, and the first failure is told', async () => {
  const journal: string[] = []
  const cleanUp = createCleanUp()
  const step = (name: string, works: boolean) =>
    cleanUp.add(async () => {
      journal.push(name)
      if (!works) throw new Error(name)
    })
  step('database', true)
  step('index', false)
  step('listener', false)
  await expect(cleanUp.run()).rejects.toThrow('listener')
  expect(journal).toEqual(['listener', 'index', 'database'])
})

test('nothing is let go of twice', async () => {
  let times = 0
  const cleanUp = createCleanUp()
  cleanUp.add(async () => times++)
  await Promise.all([cleanUp.run(), cleanUp.run()])
  expect(times).toBe(1)
})
