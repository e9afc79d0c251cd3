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
      journal.push(`${name} checks ${next.server.publicUrl}`)
      return []
    },
    async apply(next) {
      journal.push(`${name} applies ${next.server.publicUrl}`)
    },
    ...overrides,
  }
}

const urlOf = (host: string) => configOf({ server: { publicUrl: `https://${host}` } })
const next = urlOf('b.example')

test('all parts check before the first one applies', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  holder.subscribe(part('mail', journal))
  holder.subscribe(part('lookup', journal))
  await holder.apply(next)
  expect(journal).toEqual([
    'mail checks https://b.example',
    'lookup checks https://b.example',
    'mail applies https://b.example',
    'lookup applies https://b.example',
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
  expect(journal).toEqual(['lookup checks https://b.example'])
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
  expect(journal.slice(2)).toEqual(['mail applies https://b.example', 'mail applies null'])
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
        if (config.server.publicUrl === 'https://bad.example') throw new Error('broken')
        return []
      },
      async apply() {
        await new Promise((resolve) => setImmediate(resolve))
        running--
      },
    }),
  )
  const first = holder.apply(urlOf('a.example'))
  const second = holder.apply(urlOf('b.example'))
  await Promise.all([first, second])
  expect(most).toBe(1)
  expect(holder.current().server.publicUrl).toBe('https://b.example')
  const bad = holder.apply(urlOf('bad.example'))
  const good = holder.apply(urlOf('good.example'))
  await expect(bad).rejects.toThrow('broken')
  expect(await good).toMatchObject({ applied: true })
  expect(holder.current().server.publicUrl).toBe('https://good.example')
})

test('a part that has unsubscribed is left alone', async () => {
  const journal: string[] = []
  const holder = createConfigHolder(initial)
  const unsubscribe = holder.subscribe(part('mail', journal))
  unsubscribe()
  await holder.apply(next)
  expect(journal).toEqual([])
})

test('keys that need a restart keep their values, for every part and every reader', async () => {
  const seen: Config[] = []
  const holder = createConfigHolder(initial)
  const note = async (config: Config) => void seen.push(config)
  holder.subscribe(part('mail', [], { check: async (config) => (await note(config), []), apply: note }))
  await holder.apply(
    configOf({
      matrix: { domain: 'b.example', homeserverUrl: 'http://127.0.0.1:8008' },
      server: { maxBodyBytes: 9000 },
      storage: { type: 'postgres', url: 'postgres://a/b' },
      backends: [],
    }),
  )
  expect(holder.current()).toEqual({
    ...initial,
    matrix: { ...initial.matrix, homeserverUrl: 'http://127.0.0.1:8008' },
  })
  expect(seen).toEqual([holder.current(), holder.current()])
  expect(holder.restartNeeded()).toEqual([
    'matrix.domain',
    'server.maxBodyBytes',
    'storage.type',
    'storage.path',
    'storage.url',
    'backends',
  ])
})

test('keys that wait for a restart are told until they are back or the process restarts', async () => {
  const holder = createConfigHolder(initial)
  const size = configOf({ server: { maxBodyBytes: 9000 } })
  expect(await holder.apply(size)).toEqual({ applied: true, restartNeeded: ['server.maxBodyBytes'] })
  const live = configOf({ server: { maxBodyBytes: 9000 }, lookup: { maxAddresses: 5 } })
  expect(await holder.apply(live)).toEqual({ applied: true, restartNeeded: ['server.maxBodyBytes'] })
  expect(holder.restartNeeded()).toEqual(['server.maxBodyBytes'])
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
