import { afterAll, beforeAll } from 'vitest'
import { startBackend, type BackendInput } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { exampleSchool, writePeopleFile } from '../support/example-people.ts'
import { startExampleServer, type ExampleServer } from './example-server.ts'

type RestInput = Omit<Extract<BackendInput, { type: 'rest' }>, 'id' | 'type' | 'url'>

let server: ExampleServer
beforeAll(async () => {
  server = await startExampleServer(await writePeopleFile())
})
afterAll(() => server.stop())

const list = '/_signpost/backend/v1/list'
const start = (input: RestInput) => () =>
  startBackend({ id: 'rest', type: 'rest', url: server.url, ...input })

backendContract('rest, the paths of ma1sd', start({ endpoints: { list } }), {
  can: ['find', 'list', 'search', 'authenticate', 'profile'],
  people: exampleSchool,
  roles: true,
})

backendContract('rest, the paths of mxisd, as they were', start({ contract: 'mxisd' }), {
  can: ['find', 'search', 'authenticate', 'profile'],
  people: exampleSchool,
  roles: true,
})

backendContract(
  'rest, without a bulk endpoint',
  start({ endpoints: { identity: { bulk: '' }, list }, uses: { search: false, authentication: false } }),
  { can: ['find', 'list', 'profile'], people: exampleSchool, roles: true },
)

backendContract(
  'rest, without an endpoint for one',
  start({ endpoints: { identity: { single: '' } }, uses: { search: false, profile: false } }),
  { can: ['find', 'authenticate'], people: exampleSchool },
)
