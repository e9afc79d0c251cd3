import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runSealCommand } from '../../src/cli/seal-command.ts'
import { createSealer, loadSealingKey } from '../../src/config/sealing.ts'
import { createSecretReader } from '../../src/config/secrets.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { runIn } from './data-commands.ts'

const { random } = createTestRuntime()

test('signpost seal prints a value that stands in YAML and that this installation opens', async () => {
  const dataDir = await createTempDir()
  const { code, out } = await runIn(dataDir, runSealCommand, [], false, 'pass: "word"\n')
  expect(code).toBe(0)
  expect(out).not.toContain('word')
  const sealer = createSealer(await loadSealingKey(dataDir, random), random)
  const reader = createSecretReader({ dataDir, env: {}, sealer })
  expect(await reader.read(parse(out), 'notifications.email.smtp.password')).toBe('pass: "word"')
  expect(await readFile(join(dataDir, 'sealing.key'), 'utf8')).not.toContain('word')
})

test('signpost seal refuses an empty input', async () => {
  expect(await runIn(await createTempDir(), runSealCommand, [], false, '\n')).toMatchObject({
    code: 64,
    out: '',
  })
})
