/** Part of `signpost.yaml` as the file has it. */
export type Settings = Readonly<Record<string, unknown>>

const isSection = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands at `notifications.email.from`; undefined where nothing does. */
export function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isSection(value) ? value[key] : undefined), values)
}

/** A copy with another value; undefined takes the key out. */
export function withValue(values: Settings, path: string, value: unknown): Settings {
  const [key = '', ...rest] = path.split('.')
  const { [key]: before, ...others } = values
  if (rest.length > 0) {
    const inner = withValue(isSection(before) ? before : {}, rest.join('.'), value)
    return Object.keys(inner).length === 0 ? others : { ...values, [key]: inner }
  }
  return value === undefined ? others : { ...values, [key]: value }
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** `{set: true}` in the place of a secret that the server keeps. */
export const isKept = (value: unknown): boolean => isSection(value) && value['set'] === true
