import { isObject, type BackendDraft, type SettingsDraft } from '../../settings/draft.ts'
import { asBoolean, asText, asTexts } from '../../settings/rules.ts'

type Tree = Readonly<Record<string, unknown>>

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

export function mapExec(tree: Tree, draft: SettingsDraft): void {
  const backend = draft.backend('exec', 'exec')
  if (tree['enabled'] !== undefined) backend.set('exec.enabled', 'enabled', true)
  for (const [section, use] of uses) {
    const enabled = isObject(tree[section]) ? asBoolean(tree[section]['enabled']) : undefined
    if (enabled !== undefined) backend.set(`exec.${section}.enabled`, `uses.${use}`, enabled)
  }
  for (const [from, to] of processors) {
    const processor = sectionAt(tree, from.split('.'))
    if (processor !== undefined && asText(processor['command']) !== undefined)
      mapProcessor(processor, `exec.${from}`, to, backend, draft)
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
  if (isObject(processor['token'])) backend.set(`${from}.token`, `${to}.tokens`, processor['token'])
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
  if (template !== undefined) backend.set(`${from}.input.template`, `${to}.input.template`, template)
  const output = isObject(processor['output']) ? processor['output'] : {}
  // Without a type, the exit code alone decided about a password; all others failed.
  const type = asText(output['type']) ?? (to === 'auth' ? 'none' : undefined)
  if (type !== undefined) backend.set(`${from}.output.type`, `${to}.output.type`, type)
  if (output['template'] !== undefined) draft.obsolete(`${from}.output.template`, 'It was never used.')
}

function sectionAt(tree: Tree, path: readonly string[]): Tree | undefined {
  const found = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), tree)
  return isObject(found) ? found : undefined
}
