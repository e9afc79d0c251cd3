const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** Milliseconds in the largest unit that they fill: `3 hours`, `1 minute`, `0 seconds`. */
export function ageOf(ms: number): string {
  const [name, length] = units.find(([, size]) => ms >= size) ?? ['second', 1_000]
  const count = Math.max(0, Math.floor(ms / length))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
