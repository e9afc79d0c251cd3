import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { startBackend, type BackendInput } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { exampleSchool, examplesDir, writePeopleFile } from '../support/example-people.ts'

type ExecInput = Omit<Extract<BackendInput, { type: 'exec' }>, 'id' | 'type'>

const people = join(examplesDir, 'exec-backend/people.py')
const lookup = join(examplesDir, 'exec-backend/lookup.sh')

let peopleFile: string
let tableFile: string
beforeAll(async () => {
  peopleFile = await writePeopleFile()
  tableFile = join(await createTempDir('exec-table'), 'people.tsv')
  const rows = exampleSchool.flatMap(({ canonical, localpart }) =>
    canonical.map(([medium, address]) => `${medium}\t${address}\t${localpart}\n`),
  )
  await writeFile(tableFile, rows.join(''))
})

const start = (input: () => ExecInput) => () => startBackend({ id: 'exec', type: 'exec', ...input() })
const ask = (question: string) => ({ command: people, args: [peopleFile, question] })

describeWith('Python', pythonIsMissing(), 'the examples of the documentation', () => {
  backendContract(
    'exec, JSON',
    start(() => ({
      auth: ask('auth'),
      directory: { byName: ask('directory'), byThreepid: ask('directory') },
      identity: { single: ask('single'), bulk: ask('bulk') },
      profile: { displayName: ask('profile'), threePid: ask('profile'), roles: ask('profile') },
      list: ask('list'),
    })),
    {
      can: ['find', 'list', 'search', 'authenticate', 'profile'],
      people: exampleSchool,
      roles: true,
    },
  )

  backendContract(
    'exec, plain',
    start(() => ({
      identity: {
        single: {
          command: lookup,
          args: [tableFile],
          input: { type: 'plain' },
          output: { type: 'plain' },
        },
        bulk: ask('bulk'),
      },
    })),
    { can: ['find'], people: exampleSchool },
  )
})

function pythonIsMissing(): string | null {
  try {
    execFileSync('python3', ['--version'])
    return null
  } catch (cause) {
    if (process.env.CI === 'true')
      throw new Error('Python is not installed (apt-get install python3)', { cause })
    return 'python3 is not installed'
  }
}
