import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInvitationsCommand } from '../../src/cli/invitations-commands.ts'
import { createEvidence } from '../../src/invitations/evidence.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { createInstallation, type Installation } from './data-commands.ts'

const invitation = {
  id: 'abc123',
  token: 'token',
  medium: 'email',
  address: 'carol@example.com',
  room_id: '!room:example.org',
  sender: '@anna:example.org',
  properties: '{}',
  server_public_key: 'server',
  ephemeral_public_key: 'public',
  ephemeral_private_key: 'private',
  evidence_ref: 'reference',
  state: 'pending',
  created_at: Date.UTC(2026, 0, 2),
  expires_at: Date.UTC(2036, 0, 2),
  last_mailed_at: null,
  resolved_mxid: null,
  delivered_at: null,
  validity_asked_at: null,
} as const

describe('signpost invitations', () => {
  let signpost: Installation
  beforeEach(async () => {
    signpost = await createInstallation()
    await signpost.server.db.insertInto('invitations').values(invitation).execute()
  })
  afterEach(() => signpost.server.close())

  test('lists them with masked addresses, in full when asked', async () => {
    const { code, out } = await signpost.run(runInvitationsCommand, ['list'])
    expect(code).toBe(0)
    expect(out).toContain('c***@e***.com')
    expect(out).not.toContain('carol@example.com')
    expect((await signpost.run(runInvitationsCommand, ['list', '--full'])).out).toContain('carol@example.com')
  })

  test('a revoked invitation has no valid keys in the running server, and its history says who did it', async () => {
    const evidence = createEvidence(signpost.server, createTestRuntime())
    expect(await evidence.noteValidityCheck('reference')).toBe(true)
    expect(await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])).toMatchObject({ code: 0 })
    expect(await evidence.noteValidityCheck('reference')).toBe(false)
    const history = await signpost.server.db
      .selectFrom('invitation_history')
      .select(['state', 'detail'])
      .execute()
    expect(history).toEqual([{ state: 'revoked', detail: 'revoked by the operator' }])
  })

  test.each([['abc123'], ['nothing']])('tells when there is nothing to revoke (%s, again)', async (id) => {
    await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])
    const { code, err } = await signpost.run(runInvitationsCommand, ['revoke', id])
    expect(code).toBe(3)
    expect(err).toContain(`no waiting invitation ${id}`)
  })

  test.each([[['revoke']], [['revoke', 'a', 'b']], [['burn']]])('refuses %j with its usage', async (args) => {
    const { code, err } = await signpost.run(runInvitationsCommand, args)
    expect(code).toBe(64)
    expect(err).toContain('Usage: signpost invitations')
  })
})
