import { expect, test } from 'vitest'
import { createConfigHolder, type ConfigPart } from '../../src/config/apply.ts'
import { OperatorError } from '../../src/config/operator-error.ts'
import { configSchema, type Config, type ConfigInput } from '../../src/config/schema.ts'

const configOf = (input: ConfigInput): Config => configSchema.parse(input)
const initial = configOf({})
const problem = { path: 'a.b', message: 'Not like this.', fix: 'Do it otherwise.' }

/** A part that writes down what happens to it. */
function part(name: string, journal: string[], overrides: Partial<ConfigPart> = {}): ConfigPart {
  return {
    name,
    async check(next) {
      journal.push(`${name} checks ${next.matrix.domain}`)
      return []
    },
    async apply(next) {
      journal.push(`${name} applies ${next.matrix.domain}`)
    },
    ...overrides,
  }
}

const next = configOf({ matrix: { domain: 'b.example' } })

test('all parts check before the first one applies', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  holder.subscribe(part('mail', journal))
  holder.subscribe(part('lookup', journal))
  await holder.apply(next)
  expect(journal).toEqual([
    'mail checks b.example',
    'lookup checks b.example',
    'mail applies b.example',
    'lookup applies b.example',
  ])
  expect(holder.current()).toBe(next)
})

test('one part that refuses keeps all from applying, and all problems are told', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  holder.subscribe(part('mail', journal, { check: async () => [problem] }))
  holder.subscribe(part('sms', journal, { check: async () => [{ ...problem, path: 'c' }] }))
  holder.subscribe(part('lookup', journal))
  expect(await holder.apply(next)).toEqual({ applied: false, problems: [problem, { ...problem, path: 'c' }] })
  expect(journal).toEqual(['lookup checks b.example'])
  expect(holder.current()).toBe(initial)
})

test('a part that fails while it applies gives the others their former configuration back', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  holder.subscribe(part('mail', journal))
  holder.subscribe(
    part('lookup', journal, {
      async apply(config) {
        if (config === next) throw new Error('broken')
      },
    }),
  )
  holder.subscribe(part('sms', journal, { check: async () => [] }))
  const error: unknown = await holder.apply(next).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(OperatorError)
  expect(error).toMatchObject({
    code: 'config-not-applied',
    likelyCause: 'The part "lookup" failed; the former configuration is in force again.',
  })
  expect(journal.slice(2)).toEqual(['mail applies b.example', 'mail applies localhost'])
  expect(holder.current()).toBe(initial)
})

test('a part that cannot go back either is named', async () => {
  const holder = createConfigHolder(initial)
  holder.subscribe(part('lookup', [], { apply: () => Promise.reject(new Error('broken')) }))
  await expect(holder.apply(next)).rejects.toMatchObject({
    likelyCause: 'The part "lookup" failed, and these could not go back: lookup.',
  })
})

test('two calls never overlap, and a failed one does not hold up the next', async () => {
  const holder = createConfigHolder(initial)
  let running = 0
  let most = 0
  holder.subscribe(
    part('slow', [], {
      async check(config) {
        running++
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        if (config.matrix.domain === 'bad.example') throw new Error('broken')
        return []
      },
      async apply() {
        await new Promise((resolve) => setImmediate(resolve))
        running--
      },
    }),
  )
  const first = holder.apply(configOf({ matrix: { domain: 'a.example' } }))
  const second = holder.apply(configOf({ matrix: { domain: 'b.example' } }))
  await Promise.all([first, second])
  expect(most).toBe(1)
  expect(holder.current().matrix.domain).toBe('b.example')
  const bad = holder.apply(configOf({ matrix: { domain: 'bad.example' } }))
  const good = holder.apply(configOf({ matrix: { domain: 'good.example' } }))
  await expect(bad).rejects.toThrow('broken')
  expect(await good).toMatchObject({ applied: true })
  expect(holder.current().matrix.domain).toBe('good.example')
})

test('a part that has unsubscribed is left alone', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  const unsubscribe = holder.subscribe(part('mail', journal))
  unsubscribe()
  await holder.apply(next)
  expect(journal).toEqual([])
})

test('keys that wait for a restart are told until they are back or the process restarts', async () => {
  const holder = createConfigHolder(initial)
  const port = configOf({ server: { listen: { port: 9000 } } })
  expect(await holder.apply(port)).toEqual({ applied: true, restartNeeded: ['server.listen.port'] })
  const live = configOf({ server: { listen: { port: 9000 } }, lookup: { maxAddresses: 5 } })
  expect(await holder.apply(live)).toEqual({ applied: true, restartNeeded: ['server.listen.port'] })
  expect(holder.restartNeeded()).toEqual(['server.listen.port'])
  expect(await holder.apply(initial)).toEqual({ applied: true, restartNeeded: [] })
})

test('a change of the storage type waits for a restart with all its keys', async () => {
  const holder = createConfigHolder(initial)
  const postgres = configOf({ storage: { type: 'postgres', url: 'postgres://a' } })
  expect(await holder.apply(postgres)).toEqual({
    applied: true,
    restartNeeded: ['storage.type', 'storage.path', 'storage.url'],
  })
})
