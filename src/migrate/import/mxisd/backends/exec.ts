import { tokenNames } from '../../../../backends/exec/config.ts'
import { isObject, type BackendDraft, type SettingsDraft } from '../../settings/draft.ts'
import { applyRules, asBoolean, asText, asTexts } from '../../settings/rules.ts'
import { at, type Tree } from '../tree.ts'

/** Where a program stands in mxisd's configuration, and in ours. */
const processors: readonly (readonly [from: string, to: string])[] = [
  ['auth', 'auth'],
  ['directory.search.byName', 'directory.byName'],
  ['directory.search.byThreepid', 'directory.byThreepid'],
  ['identity.lookup.single', 'identity.single'],
  ['identity.lookup.bulk', 'identity.bulk'],
  ['profile.displayName', 'profile.displayName'],
  ['profile.threePid', 'profile.threePid'],
  ['profile.role', 'profile.roles'],
]

const uses: readonly (readonly [section: string, use: string])[] = [
  ['auth', 'authentication'],
  ['directory', 'search'],
  ['identity', 'lookup'],
  ['profile', 'profile'],
]

/** Keys of a program; of a section such as `env` whatever is in it. */
const programKeys = [
  ...['command', 'args', 'env', 'input.type', 'input.template', 'output.type', 'output.template'],
  ...['exit.success', 'exit.failure', 'token'],
]

const knownKeys = [
  ...['enabled', 'token', 'identity.priority', 'identity.hashLookup'],
  ...uses.map(([section]) => `${section}.enabled`),
  ...processors.flatMap(([from]) => programKeys.map((key) => `${from}.${key}`)),
]

export function mapExec(tree: Tree, draft: SettingsDraft): void {
  const backend = draft.backend('exec', 'exec')
  if (tree['enabled'] !== undefined) backend.set('exec.enabled', 'enabled', true)
  for (const [section, use] of uses) {
    const enabled = isObject(tree[section]) ? asBoolean(tree[section]['enabled']) : undefined
    if (enabled !== undefined) backend.set(`exec.${section}.enabled`, `uses.${use}`, enabled)
  }
  for (const [from, to] of processors) {
    const processor = sectionAt(tree, from)
    if (processor === undefined) continue
    const why = whyNot(processor, from, to)
    if (why === null) mapProcessor(processor, `exec.${from}`, to, backend, draft)
    else if (why !== '') draft.lost(`exec.${from}`, why)
  }
  const identity = isObject(tree['identity']) ? tree['identity'] : {}
  if (identity['priority'] !== undefined)
    draft.obsolete('exec.identity.priority', 'Backends are asked in the order of the list.')
  if (identity['hashLookup'] !== undefined)
    draft.lost(
      'exec.identity.hashLookup',
      'Write a program for list, with which hashed lookups find its people.',
    )
  if (tree['token'] !== undefined) draft.obsolete('exec.token', 'It was documented and never used.')
  // What is known was read above.
  const passedOver = knownKeys.map((key) => [`exec.${key}`, () => {}] as const)
  applyRules({ exec: tree }, Object.fromEntries(passedOver), draft)
}

/** Why a program does not come over; an empty text when there is none, null when it does. */
function whyNot(processor: Tree, from: string, to: string): string | null {
  const parts = programKeys.some((key) => at(processor, key) !== undefined)
  if (asText(processor['command']) === undefined) return parts ? 'It names no command.' : ''
  const output = asText(at(processor, 'output.type'))
  const understood = ['auth', 'identity.single'].includes(to) ? ['json', 'plain'] : ['json']
  if (output === undefined || understood.includes(output)) return null
  return `Nothing understood output of the type "${output}" from ${from}.`
}

function mapProcessor(
  processor: Tree,
  from: string,
  to: string,
  backend: BackendDraft,
  draft: SettingsDraft,
): void {
  backend.set(`${from}.command`, `${to}.command`, processor['command'])
  const args = asTexts(processor['args'])
  if (args !== undefined) backend.set(`${from}.args`, `${to}.args`, args)
  const env = isObject(processor['env']) ? processor['env'] : {}
  for (const [name, value] of Object.entries(env)) {
    backend.secret(`${from}.env.${name}`, `${to}.env.${name}`, asText(value) ?? '')
  }
  mapStreams(processor, from, to, backend, draft)
  const exit = isObject(processor['exit']) ? processor['exit'] : {}
  for (const key of ['success', 'failure'] as const) {
    if (exit[key] !== undefined) backend.set(`${from}.exit.${key}`, `${to}.exit.${key}`, exit[key])
  }
  mapTokens(processor, from, to, backend, draft)
}

function mapTokens(
  processor: Tree,
  from: string,
  to: string,
  backend: BackendDraft,
  draft: SettingsDraft,
): void {
  const tokens = isObject(processor['token']) ? processor['token'] : {}
  for (const [name, spelling] of Object.entries(tokens)) {
    const text = asText(spelling)
    if (!tokenNames.some((each) => each === name)) draft.unknown(`${from}.token.${name}`)
    else if (text === undefined) draft.lost(`${from}.token.${name}`, 'It is empty.')
    else backend.set(`${from}.token.${name}`, `${to}.tokens.${name}`, text)
  }
}

function mapStreams(
  processor: Tree,
  from: string,
  to: string,
  backend: BackendDraft,
  draft: SettingsDraft,
): void {
  const input = isObject(processor['input']) ? processor['input'] : {}
  backend.set(`${from}.input.type`, `${to}.input.type`, asText(input['type']) ?? 'none')
  const template = asText(input['template'])
  if (template !== undefined && to === 'identity.bulk')
    draft.obsolete(`${from}.input.template`, 'It was never used for many addresses at once.')
  else if (template !== undefined) backend.set(`${from}.input.template`, `${to}.input.template`, template)
  const output = isObject(processor['output']) ? processor['output'] : {}
  // Without a type, the exit code alone decided about a password; all others failed.
  const type = asText(output['type']) ?? (to === 'auth' ? 'none' : undefined)
  if (type !== undefined) backend.set(`${from}.output.type`, `${to}.output.type`, type)
  if (output['template'] !== undefined) draft.obsolete(`${from}.output.template`, 'It was never used.')
}

function sectionAt(tree: Tree, key: string): Tree | undefined {
  const found = at(tree, key)
  return isObject(found) ? found : undefined
}
