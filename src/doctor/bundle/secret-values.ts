import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { childSchema, configJsonSchema, isSecret, type SchemaNode } from '../../config/json-schema.ts'
import { configFileName } from '../../config/load.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { SecretSource } from '../../config/types.ts'
import { parseYaml } from '../../config/yaml-source.ts'
import { textsIn } from './scrub-value.ts'

/** Shorter ones would be found everywhere; they are no secrets either. */
const SHORTEST = 4

/**
 * Every secret that this installation has in its files: what must not be in a bundle, wherever it may come from. The
 * configuration is read as it stands, for it may be one that cannot be used.
 */
export async function secretValues(dataDir: string, secrets: SecretReader): Promise<readonly string[]> {
  const [text, sealing, signing] = await Promise.all(
    [configFileName, 'sealing.key', 'signing-keys.json'].map((name) =>
      readFile(join(dataDir, name), 'utf8').catch(() => ''),
    ),
  )
  const found = [
    ...(await secretsOfConfig(text ?? '', secrets)),
    (sealing ?? '').trim(),
    ...keysOf(signing ?? ''),
  ]
  return [...new Set(found)].filter((value) => value.length >= SHORTEST).sort((a, b) => b.length - a.length)
}

async function secretsOfConfig(text: string, secrets: SecretReader): Promise<string[]> {
  const { values, problems } = parseYaml(text)
  if (problems.length > 0) return valuesOfSecretLines(text)
  const found: string[] = []
  for (const hidden of hiddenIn(values, configJsonSchema())) {
    if (hidden.kind === 'sensitive') found.push(...hidden.texts.flatMap(piecesOf))
    // What cannot be read stands nowhere else either.
    else found.push(await secrets.read(hidden.source, 'a secret').catch(() => ''), ...sealedIn(hidden.source))
  }
  return found
}

type Hidden =
  | { readonly kind: 'secret'; readonly source: SecretSource }
  | { readonly kind: 'sensitive'; readonly texts: readonly string[] }

function* hiddenIn(value: unknown, node: SchemaNode): Iterable<Hidden> {
  if (value === null || value === undefined || value === '') return
  if (isSecret(node)) {
    if (typeof value === 'string' || typeof value === 'object')
      yield { kind: 'secret', source: value as SecretSource }
  } else if (node.sensitive === true) yield { kind: 'sensitive', texts: [...textsIn(value)] }
  else if (typeof value === 'object') {
    const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
      ? value.map((item, index) => [index, item] as const)
      : Object.entries(value)
    for (const [key, member] of members) yield* hiddenIn(member, childSchema(node, key, value) ?? {})
  }
}

/** A sealed value is itself nothing to give away. */
function sealedIn(source: SecretSource): string[] {
  return typeof source === 'object' && 'sealed' in source ? [source.sealed] : []
}

/** A URL or a template that may hold a password: itself, and whatever in it could be one. */
function piecesOf(text: string): string[] {
  return [text, ...text.split(/[\s"'{}?&=:@/,;]+/).filter((piece) => piece.length >= 8)]
}

/** In a file that is no YAML: what follows a key that sounds like a secret. */
function valuesOfSecretLines(text: string): string[] {
  const lines = text.matchAll(/(?:pass|secret|token|key|auth|sealed|url|user)\w*["']?\s*[:=]\s*(.+)/gi)
  return [...lines].flatMap(([, value = '']) => piecesOf(value.trim().replace(/^["']|["']$/g, '')))
}

/** Seeds are long; names and dates beside them are not. */
function keysOf(json: string): string[] {
  return json.match(/[\w+/=-]{40,}/g) ?? []
}

/** A text with every occurrence of a secret blotted out: the last look, after all that should have kept them away. */
export function withoutValues(text: string, values: readonly string[]): string {
  return values.reduce((rest, value) => {
    const escaped = JSON.stringify(value).slice(1, -1)
    return rest.replaceAll(escaped, '[secret]').replaceAll(encodeURIComponent(value), '[secret]')
  }, text)
}
