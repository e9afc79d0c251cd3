import { afterAll, beforeAll } from 'vitest'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { backendContract, type ContractOptions } from '../support/contract.ts'
import { startLdap, startSchool } from './support/school-directory.ts'

const options: ContractOptions = {
  can: ['find', 'list', 'search', 'authenticate', 'profile'],
  roles: true,
}

describeWith('slapd', slapdUnavailable(), 'an OpenLDAP directory', () => {
  let slapd: Slapd
  let authority: Authority
  beforeAll(async () => {
    authority = await createAuthority(await createTempDir('ca'))
    slapd = await startSchool({ certificate: await authority.issue(['127.0.0.1']) })
  })
  afterAll(() => slapd?.stop())

  backendContract('plain', () => startLdap(slapd), options)

  backendContract(
    'over ldaps://',
    () => startLdap(slapd, { servers: [slapd.ldapsUrl], caFile: authority.caFile }),
    options,
  )

  backendContract(
    'over STARTTLS',
    () => startLdap(slapd, { startTls: true, caFile: authority.caFile }),
    options,
  )
})
