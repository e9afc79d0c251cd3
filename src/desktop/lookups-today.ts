import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

/** Counts lookup requests since midnight, local time. */
export interface LookupsToday {
  count(): void
  today(): number
  /** Called after each one. */
  subscribe(listener: () => void): () => void
  /** Takes up what was counted today before this process began. */
  restore(storage: Storage): Promise<void>
  /** Keeps the number for the next process. */
  save(storage: Storage): Promise<void>
}

const META_KEY = 'lookups today'

export function createLookupsToday(clock: Clock): LookupsToday {
  const listeners = new Set<() => void>()
  let counted = { day: dayOf(clock.now()), lookups: 0 }
  let saved = ''

  function current(): typeof counted {
    const day = dayOf(clock.now())
    if (day !== counted.day) counted = { day, lookups: 0 }
    return counted
  }

  return {
    count() {
      current().lookups++
      for (const listener of listeners) listener()
    },
    today: () => current().lookups,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async restore({ db }) {
      if (saved !== '') return
      const row = await db.selectFrom('meta').select('value').where('key', '=', META_KEY).executeTakeFirst()
      saved = row?.value ?? ' '
      const [day, lookups] = saved.split(' ')
      if (day === current().day && Number.isSafeInteger(Number(lookups))) counted.lookups += Number(lookups)
    },
    async save({ db }) {
      const { day, lookups } = current()
      const value = `${day} ${lookups}`
      if (value === saved) return
      await db
        .insertInto('meta')
        .values({ key: META_KEY, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute()
      saved = value
    },
  }
}

/** `2026-03-29`, where this machine is. */
function dayOf(time: number): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
