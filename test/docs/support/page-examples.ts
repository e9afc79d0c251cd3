import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { startBackend, type BackendInput } from '../../backends/support/context.ts'
import { documentedBlocks, documentedInputs } from '../../backends/support/documentation.ts'
import { outcomesOf, stepsOf } from '../../backends/support/steps.ts'

type InputOf<T extends BackendInput['type']> = Extract<BackendInput, { type: T }>

/** The first backend of the page of a kind that has what `isWanted` looks for. */
export async function exampleOf<T extends BackendInput['type']>(
  type: T,
  isWanted: (input: InputOf<T>) => boolean,
): Promise<InputOf<T>> {
  const inputs = await documentedInputs(`${type}-backend.md`)
  const found = inputs.filter((input): input is InputOf<T> => input.type === type).find(isWanted)
  if (found === undefined) throw new Error(`the page has no such example of ${type}`)
  return found
}

/** A backend until the end of the test. */
export async function started(input: BackendInput): Promise<Backend> {
  const backend = await startBackend(input)
  onTestFinished(() => backend.close())
  return backend
}

/** The steps of a check that are not as they should be. */
export async function troublesOf(backend: Backend): Promise<readonly string[]> {
  return outcomesOf(await stepsOf(backend)).filter((outcome) => !outcome.endsWith(' ok'))
}

/** The statements of the block of SQL that begins with `beginning`, with other names and places. */
export async function documentedSql(
  page: string,
  beginning: string,
  replaced: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const block = (await documentedBlocks(page, 'sql')).find((text) => text.startsWith(beginning))
  if (block === undefined) throw new Error(`${page} has no block of SQL that begins with "${beginning}"`)
  const here = Object.entries(replaced).reduce((text, [from, to]) => text.replaceAll(from, to), block)
  return here.split(/;\s*/).filter((statement) => statement !== '')
}

/** What the pages set for the accounts that they make. */
export const documentedPassword = 'a long password'

/** Roles belong to the whole PostgreSQL server, whose owner has the name that the pages use. */
export const newRole = () => `reader_${randomBytes(6).toString('hex')}`
