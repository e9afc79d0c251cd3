import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { startBackend, testWorld, type BackendInput } from '../support/context.ts'
import type { BackendWorld } from '../../../src/backends/context.ts'

export type ExecInput = Omit<Extract<BackendInput, { type: 'exec' }>, 'id' | 'type'>

const backends: Backend[] = []
afterAll(async () => {
  for (const backend of backends) await backend.close()
})

/** An executable shell script with this text; answers its path. */
export async function script(text: string, mode = 0o755): Promise<string> {
  const file = join(await createTempDir('exec-script'), 'program')
  await writeFile(file, text.startsWith('#!') ? text : `#!/bin/sh\n${text}\n`)
  await chmod(file, mode)
  return file
}

export async function backendOf(input: ExecInput, world: Partial<BackendWorld> = {}): Promise<Backend> {
  const backend = await startBackend({ id: 'exec', type: 'exec', ...input }, { ...testWorld(), ...world })
  backends.push(backend)
  return backend
}

export const anna = { medium: 'email', address: 'anna@school.example' } as const
export const bob = { medium: 'email', address: 'bob@school.example' } as const
export const login = (localpart: string, password = 'secret') => ({
  userId: `@${localpart}:example.org`,
  localpart,
  domain: 'example.org',
  password,
})
/** A script's answer about `anna`, as plain text. */
export const plain = { output: { type: 'plain' } } as const
