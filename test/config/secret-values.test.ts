import { describe, expect, test } from 'vitest'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { createSealer } from '../../src/config/sealing.ts'
import { hideSecrets, restoreSecrets } from '../../src/config/secret-values.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const schema = configJsonSchema()
const sealer = createSealer(Buffer.alloc(32, 7), createTestRuntime().random)
const restore = (values: unknown, former: unknown) => restoreSecrets(values, former, schema, sealer)

const ldap = (id: string, bindPassword: unknown) => ({
  id,
  type: 'ldap',
  servers: ['ldap://d'],
  bindDn: 'cn=x',
  bindPassword,
})

describe('hiding', () => {
  test('every form of a secret leaves nothing but the fact that it is set, and where it comes from', () => {
    const values = {
      notifications: { email: { transport: 'smtp', smtp: { host: 'h', password: 'canary' } } },
      backends: [
        ldap('a', { sealed: 'v1:canary' }),
        ldap('b', { file: '/run/pw' }),
        ldap('c', { env: 'PW' }),
      ],
    }
    const hidden = hideSecrets(values, schema)
    expect(JSON.stringify(hidden)).not.toContain('canary')
    expect(hidden).toMatchObject({
      notifications: { email: { transport: 'smtp', smtp: { host: 'h', password: { set: true } } } },
      backends: [
        { bindDn: 'cn=x', bindPassword: { set: true } },
        { bindPassword: { set: true, file: '/run/pw' } },
        { bindPassword: { set: true, env: 'PW' } },
      ],
    })
  })

  test('what is no secret stays as it is', () => {
    const values = { matrix: { domain: 'example.org' }, lookup: { algorithms: ['sha256'] } }
    expect(hideSecrets(values, schema)).toEqual(values)
  })
})

describe('the way back', () => {
  test('a secret in plain text is sealed', () => {
    const restored = restore({ backends: [ldap('a', 'new password')] }, {}) as {
      backends: [{ bindPassword: { sealed: string } }]
    }
    expect(sealer.unseal(restored.backends[0].bindPassword.sealed)).toBe('new password')
  })

  test('a secret that was not touched is the former one, also when the backends changed their order', () => {
    const former = { backends: [ldap('a', { sealed: 'A' }), ldap('b', 'B')] }
    const sent = { backends: [ldap('b', { set: true }), ldap('a', { set: true })] }
    expect(restore(sent, former)).toEqual({ backends: [ldap('b', 'B'), ldap('a', { sealed: 'A' })] })
  })

  test('a secret that was never there cannot be kept', () => {
    const restored = restore({ backends: [ldap('new', { set: true })] }, { backends: [] })
    expect(restored).toEqual({
      backends: [{ id: 'new', type: 'ldap', servers: ['ldap://d'], bindDn: 'cn=x' }],
    })
  })

  test('an emptied field takes the secret out', () => {
    const former = { backends: [ldap('a', { sealed: 'A' })] }
    expect(JSON.stringify(restore({ backends: [ldap('a', '')] }, former))).not.toContain('bindPassword')
  })

  test('a value that may hold a credential comes back as it was, or as it was typed', () => {
    const former = { notifications: { sms: { http: { url: 'https://u:canary@sms/?to={to}' } } } }
    const hidden = hideSecrets(former, schema)
    expect(hidden).toEqual({ notifications: { sms: { http: { url: { set: true } } } } })
    expect(restore(hidden, former)).toEqual(former)
    const typed = { notifications: { sms: { http: { url: 'https://other/?to={to}' } } } }
    expect(restore(typed, former)).toEqual(typed)
  })

  test('references to files and variables pass as they are', () => {
    const sent = { backends: [ldap('a', { file: 'pw' })] }
    expect(restore(sent, {})).toEqual(sent)
  })
})
