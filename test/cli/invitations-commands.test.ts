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

  test('to revoke twice is no mistake; what does not exist, or was delivered, is told', async () => {
    await signpost.server.db
      .insertInto('invitations')
      .values({
        ...invitation,
        id: 'taken',
        token: 't2',
        ephemeral_public_key: 'p2',
        evidence_ref: 'r2',
        state: 'delivered',
      })
      .execute()
    await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])
    const again = await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])
    expect(again).toMatchObject({ code: 0, out: 'The invitation abc123 was revoked before.' })
    const mixed = await signpost.run(runInvitationsCommand, ['revoke', 'abc123', 'nothing', 'taken'])
    expect(mixed.code).toBe(3)
    expect(mixed.err).toContain('There is no invitation nothing.')
    expect(mixed.err).toContain('The invitation taken is delivered')
  })

  describe('list', () => {
    const ids = async (...options: string[]) => {
      const { out } = await signpost.run(runInvitationsCommand, ['list', ...options], { json: true })
      return (JSON.parse(out) as { id: string }[]).map(({ id }) => id)
    }
    beforeEach(async () => {
      const other = {
        ...invitation,
        id: 'other',
        token: 't2',
        ephemeral_public_key: 'p2',
        evidence_ref: 'r2',
        address: 'dan@example.com',
        sender: '@bea:example.org',
        state: 'delivered',
        created_at: Date.now(),
      } as const
      await signpost.server.db.insertInto('invitations').values(other).execute()
    })

    test.each([
      [[], ['other', 'abc123']],
      [['--state', 'pending'], ['abc123']],
      [
        ['--state', 'pending', '--state', 'delivered'],
        ['other', 'abc123'],
      ],
      [['--address', ' Carol@Example.com'], ['abc123']],
      [['--sender', '@bea:example.org'], ['other']],
      [['--older', '1h'], ['abc123']],
      [['--limit', '1'], ['other']],
    ])('%j gives %j', async (options, expected) => {
      expect(await ids(...options)).toEqual(expected)
    })

    test.each([
      ['--state', 'lost'],
      ['--older', 'yesterday'],
      ['--address', 'nobody'],
      ['--limit', '0'],
    ])('does not understand %s %s', async (option, value) => {
      expect((await signpost.run(runInvitationsCommand, ['list', option, value])).code).toBe(64)
    })
  })

  test('shows one with its history and without its secrets', async () => {
    await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])
    for (const json of [false, true]) {
      const { code, out } = await signpost.run(runInvitationsCommand, ['show', 'abc123'], { json })
      expect(code).toBe(0)
      expect(out).toContain('revoked by the operator')
      for (const secret of ['token', 'private', 'reference', 'carol@example.com'])
        expect(out).not.toContain(`"${secret}"`)
      expect(out).not.toContain('carol@example.com')
    }
    expect((await signpost.run(runInvitationsCommand, ['show', 'nothing'])).code).toBe(3)
  })

  test('writes to the invited person again, but not twice in ten minutes', async () => {
    const { code, out } = await signpost.run(runInvitationsCommand, ['resend', 'abc123'])
    expect(out).toContain('The invited person is written to again.')
    expect(code).toBe(0)
    const { dedupe_key, kind } = await signpost.server.db
      .selectFrom('outbox')
      .select(['kind', 'dedupe_key'])
      .executeTakeFirstOrThrow()
    expect(kind).toBe('email')
    expect(dedupe_key).toMatch(/^invitation abc123 \d+$/)
    const again = await signpost.run(runInvitationsCommand, ['resend', 'abc123'])
    expect(again).toMatchObject({ code: 3, err: expect.stringContaining('too recent') })
    await signpost.run(runInvitationsCommand, ['revoke', 'abc123'])
    const revoked = await signpost.run(runInvitationsCommand, ['resend', 'abc123'])
    expect(revoked).toMatchObject({ code: 3, err: expect.stringContaining('is revoked') })
  })

  test.each([[['revoke']], [['resend', 'a', 'b']], [['show']], [['revoke', 'a', '--full']], [['burn']]])(
    'refuses %j with its usage',
    async (args) => {
      const { code, err } = await signpost.run(runInvitationsCommand, args)
      expect(code).toBe(64)
      expect(err).toContain('Usage: signpost invitations')
    },
  )
})
