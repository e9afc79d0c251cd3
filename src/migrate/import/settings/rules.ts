import type { KeyPath } from '../../../config/problems.ts'
import { isObject, type BackendDraft, type SettingsDraft } from './draft.ts'

/** What is done with one key of the other server. `star`: what stood in the place of each `*`. */
export type Rule = (value: unknown, from: string, draft: SettingsDraft, star: readonly string[]) => void

/** Rules by key (`server.port`); `*` stands for any one name. A rule for a section gets all of it. */
export type Rules = Readonly<Record<string, Rule>>

/** Goes through a tree of settings; every leaf of it ends in the draft. */
export function applyRules(
  tree: unknown,
  rules: Rules,
  draft: SettingsDraft,
  at: readonly string[] = [],
): void {
  if (!isObject(tree)) return
  for (const [name, value] of Object.entries(tree)) {
    if (value === null || value === undefined) continue
    const path = [...at, name]
    const found = findRule(rules, path)
    if (found !== null) found.rule(value, path.join('.'), draft, found.star)
    else if (isObject(value)) applyRules(value, rules, draft, path)
    else draft.unknown(path.join('.'))
  }
}

function findRule(rules: Rules, path: readonly string[]): { rule: Rule; star: readonly string[] } | null {
  const exact = rules[path.join('.')]
  if (exact !== undefined) return { rule: exact, star: [] }
  for (const [pattern, rule] of Object.entries(rules)) {
    if (!pattern.includes('*')) continue
    const parts = pattern.split('.')
    if (parts.length !== path.length) continue
    if (!parts.every((part, i) => part === '*' || part === path[i])) continue
    return { rule, star: path.filter((_, i) => parts[i] === '*') }
  }
  return null
}

/** For a section that is read as a whole: says so of keys in it that never were any. */
export function unknownExcept(
  section: Readonly<Record<string, unknown>>,
  from: string,
  names: readonly string[],
  draft: SettingsDraft,
): void {
  for (const name of Object.keys(section)) if (!names.includes(name)) draft.unknown(`${from}.${name}`)
}

export const obsolete =
  (why: string): Rule =>
  (_, from, draft) =>
    draft.obsolete(from, why)

export const lost =
  (why: string): Rule =>
  (_, from, draft) =>
    draft.lost(from, why)

/** Turns a value into the one of Signpost; undefined when it cannot be used. */
export type Conversion = (value: unknown) => unknown

const misread = 'The value cannot be read.'

/** A key with the same meaning under another name. */
export function to(path: string, convert: Conversion = (value) => value, note = ''): Rule {
  return (value, from, draft) => {
    const converted = convert(value)
    if (converted === undefined) draft.lost(from, misread)
    else draft.set(from, path.split('.'), converted, note)
  }
}

export function secretTo(path: string): Rule {
  return (value, from, draft) => {
    const text = asText(value)
    if (text === undefined) draft.lost(from, misread)
    else draft.secret(from, path.split('.'), text)
  }
}

export function setIfGiven(
  draft: SettingsDraft,
  from: string,
  path: KeyPath,
  value: unknown,
  note = '',
): void {
  if (value === undefined) draft.lost(from, misread)
  else draft.set(from, path, value, note)
}

/** Rules of one backend, over the keys of its section. */
export type BackendRule = (value: unknown, from: string, backend: BackendDraft, draft: SettingsDraft) => void

/** Applies rules to a section that becomes a backend. */
export function applyBackendRules(
  tree: unknown,
  section: string,
  rules: Readonly<Record<string, BackendRule>>,
  backend: BackendDraft,
  draft: SettingsDraft,
): void {
  const bound = Object.entries(rules).map(([key, rule]): [string, Rule] => [
    `${section}.${key}`,
    (value, from) => rule(value, from, backend, draft),
  ])
  applyRules(tree, Object.fromEntries(bound), draft, section.split('.'))
}

export const keep =
  (key: string, convert: Conversion = (value) => value, note = ''): BackendRule =>
  (value, from, backend, draft) => {
    const converted = convert(value)
    if (converted === undefined) draft.lost(from, misread)
    else backend.set(from, key, converted, note)
  }

export const keepSecret =
  (key: string): BackendRule =>
  (value, from, backend, draft) => {
    const text = asText(value)
    if (text === undefined) draft.lost(from, misread)
    else backend.secret(from, key, text)
  }

export const drop =
  (fate: 'obsolete' | 'lost', why: string): BackendRule =>
  (_, from, __, draft) =>
    draft[fate](from, why)

export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = asText(value)?.toLowerCase()
  if (text === 'true' || text === 'yes' || text === 'on' || text === '1') return true
  return text === 'false' || text === 'no' || text === 'off' || text === '0' ? false : undefined
}

export function asTexts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return asText(value) === undefined ? undefined : [String(value)]
  return value.flatMap((each) => asText(each) ?? [])
}
