/** Numbers and times as a language writes them. Times are milliseconds since the epoch, spans are milliseconds. */
export interface Formats {
  number(value: number): string
  /** 0 to 1. */
  percent(part: number): string
  date(at: number): string
  /** With seconds, for titles and details. */
  dateTime(at: number): string
  time(at: number): string
  /** Hour and minute, for axes. */
  clock(at: number): string
  /** Day and month, for axes. */
  dayOfMonth(at: number): string
  /** `5 minutes ago`, `in 3 days`. */
  relative(at: number, now: number): string
  /** `340 ms`, `1.5 s`, `2 h`: the two largest parts at most. */
  duration(ms: number): string
  bytes(count: number): string
  list(items: readonly string[]): string
}

const steps = [
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['month', 30 * 86_400_000],
  ['year', 365 * 86_400_000],
] as const

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export function createFormats(language: string): Formats {
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  const dayOfMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language)
  const units = new Map<string, Intl.NumberFormat>()
  /** A format costs more to make than to use, and a live list uses some hundreds a second. */
  function unit(value: number, name: string, digits = 0): string {
    const key = `${name} ${digits}`
    let format = units.get(key)
    if (format === undefined) {
      format = new Intl.NumberFormat(language, {
        style: 'unit',
        unit: name,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      })
      units.set(key, format)
    }
    return format.format(value)
  }

  function duration(ms: number): string {
    if (ms < 1000) return unit(Math.round(ms), 'millisecond')
    if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 1 : 0)
    const step = steps.slice(1, 4).findLast(([, size]) => ms >= size) ?? steps[1]
    const [name, size] = step
    const smaller = steps[steps.findIndex(([other]) => other === name) - 1] ?? steps[0]
    const whole = Math.floor(ms / size)
    const rest = Math.round((ms - whole * size) / smaller[1])
    return rest === 0 ? unit(whole, name) : `${unit(whole, name)} ${unit(rest, smaller[0])}`
  }

  return {
    number: (value) => number.format(value),
    percent: (part) => percent.format(part),
    date: (at) => date.format(at),
    dateTime: (at) => dateTime.format(at),
    time: (at) => time.format(at),
    clock: (at) => clock.format(at),
    dayOfMonth: (at) => dayOfMonth.format(at),
    relative(at, now) {
      const span = at - now
      const [name, size] = steps.findLast(([, size]) => Math.abs(span) >= size) ?? steps[0]
      // Seconds tick by unread; a moment ago is near enough.
      return name === 'second' ? relative.format(0, 'second') : relative.format(Math.round(span / size), name)
    },
    duration,
    bytes(count) {
      const step = count < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(count) / 3))
      return unit(count / 1000 ** step, sizes[step] ?? 'byte', step === 0 ? 0 : 1)
    },
    list: (items) => list.format(items),
  }
}
