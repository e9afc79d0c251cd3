import { FuseV1Options } from '@electron/fuses'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTempDir } from '../../support/temp-dir.ts'

/** What stands before the fuses in Electron's program (electronjs.org, "Electron Fuses"). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/**
 * What electron-builder needs to see of an unpacked Electron for Linux: a program with a fuse wire, and the folders that
 * it puts things into. The wire is the sentinel, its version, the number of fuses, and a byte for each (all off).
 */
export async function createStandInElectron(): Promise<string> {
  const folder = await createTempDir('electron')
  const count = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, count]), Buffer.from('0'.repeat(count))])
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire]))
  await chmod(join(folder, 'electron'), 0o755)
  await mkdir(join(folder, 'resources'))
  await mkdir(join(folder, 'locales'))
  for (const language of ['de', 'en-US', 'fr']) await writeFile(join(folder, `locales/${language}.pak`), '')
  return folder
}
