import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configJsonSchema } from '../src/config/json-schema.ts'
import { adminApiReference } from './admin-api-reference.ts'
import { configReference } from './config-reference.ts'
import { doctorReference } from './doctor-reference.ts'
import { openApi } from './openapi.ts'

/** The generated files of the repository: path from its root, and content. A test fails when a committed one differs. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    'docs/doctor.md': doctorReference(),
    'docs/reference/admin-api.md': adminApiReference(),
    'docs/reference/admin-api.json': `${JSON.stringify(openApi(), null, 2)}\n`,
    'docs/reference/configuration.md': configReference(),
    'docs/reference/config.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..')
  for (const [path, content] of Object.entries(generatedDocs())) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
    console.log(`wrote ${path}`)
  }
}
