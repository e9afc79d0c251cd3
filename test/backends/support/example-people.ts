import { randomBytes, scryptSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTempDir } from '../../support/temp-dir.ts'
import { school, type SchoolPerson } from './school.ts'

export const examplesDir = join(import.meta.dirname, '../../../docs/examples')

/** The school as the programs of `docs/examples` want it: phone numbers in international form. */
export const exampleSchool: readonly SchoolPerson[] = school.map((person) => ({
  ...person,
  phones: person.canonical.flatMap(([medium, address]) => (medium === 'msisdn' ? [`+${address}`] : [])),
}))

/** Writes a `people.json` that both examples read; answers its path. */
export async function writePeopleFile(people: readonly SchoolPerson[] = exampleSchool): Promise<string> {
  const file = join(await createTempDir('people'), 'people.json')
  await writeFile(file, JSON.stringify(people.map(asEntry)))
  return file
}

function asEntry({ localpart, name, emails, phones, roles, password }: SchoolPerson): object {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32)
  return {
    user: localpart,
    name,
    emails,
    phones,
    roles,
    password: `${salt.toString('base64')}:${hash.toString('base64')}`,
  }
}
