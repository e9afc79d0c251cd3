import { z } from 'zod'
import { backendSections } from '../../backends/sections.ts'
import { duration, key } from '../types.ts'

export const networkSection = z.strictObject({
  allowPrivate: key(z.array(z.string()).default([]), {
    description:
      'Addresses or networks on private ground that Signpost may connect to when a stranger names the server (account checks, onbind). Your own homeserver: use matrix.pins or list it here.',
    example: ['10.1.2.0/24'],
  }),
  caFile: key(z.string().nullable().default(null), {
    description: 'PEM file with further certification authorities for outgoing connections.',
    restart: true,
  }),
  dnsServers: key(z.array(z.string()).default([]), {
    description: 'DNS servers to ask instead of the ones this machine uses.',
    restart: true,
    example: ['127.0.0.1:5353'],
  }),
  timeout: key(duration('15s'), { description: 'Longest wait for an outgoing request.' }),
})

export const backendsSection = key(z.array(backendSections).prefault([{ id: 'list', type: 'list' }]), {
  description: 'Directories that are asked, in this order.',
  restart: true,
})

export const activitySection = z.strictObject({
  keep: key(duration('30d'), {
    description: 'How long the activity log, and the list of changes made in the console, keep a row.',
  }),
  maxRows: key(z.int().min(1_000).default(500_000), {
    description: 'How many rows the activity log keeps at most; the oldest go first.',
  }),
  addresses: key(z.enum(['masked', 'hashed', 'full']).default('masked'), {
    description:
      'How addresses look in the activity log and in the log of the program: masked, left out of the activity log and found there only by whoever knows them (hashed), or in full.',
    restart: true,
  }),
  level: key(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
    description: 'How much is logged.',
    restart: true,
  }),
  requests: key(z.boolean().default(false), {
    description: 'Log every request (without addresses and tokens).',
  }),
})

const rate = (perMinute: number, burst: number, description: string) =>
  z
    .strictObject({
      perMinute: key(z.number().positive().default(perMinute), {
        description: `${description} Sustained rate.`,
      }),
      burst: key(z.int().min(1).default(burst), { description: 'How many may come at once.' }),
    })
    .prefault({})

export const rateLimitsSection = z.strictObject({
  enabled: key(z.boolean().default(true), {
    description: 'Switch all limits off only for tests and benchmarks.',
  }),
  registerPerIp: rate(30, 30, 'Account registrations from one address.'),
  requestTokenPerIp: rate(20, 20, 'Validations started from one address.'),
  requestTokenPerAccount: rate(5, 10, 'Validations started by one user.'),
  requestTokenPerAddress: rate(0.5, 5, 'Mails or messages to one address.'),
  submitTokenPerIp: rate(60, 60, 'Codes submitted from one address.'),
  submitTokenPerAddress: rate(0.05, 30, 'Codes tried for one address, over all sessions.'),
  lookupPerAccount: rate(60_000, 100_000, 'Addresses looked up by one user.'),
  lookupPerHomeserver: rate(
    60_000,
    100_000,
    'Addresses looked up by all users of one other homeserver together.',
  ),
  v1LookupPerIp: rate(6_000, 10_000, 'Addresses looked up through v1 from one address.'),
  federationPerIp: rate(600, 600, 'Signed requests of other Signposts from one address.'),
  federationKeysPerIp: rate(30, 30, 'Unknown servers whose keys are fetched because of one address.'),
  federationPerOrigin: rate(6_000, 10_000, 'Addresses looked up by one other Signpost.'),
  federationPerAccount: rate(
    120,
    500,
    'Addresses that the lookups of one user make Signpost ask other servers for.',
  ),
  bindPerAccount: rate(30, 30, 'Bind and unbind requests of one user.'),
  unbindPerIp: rate(120, 120, 'Unbind requests from one address.'),
  storeInvitePerSender: rate(20, 200, 'Invitations by one user.'),
  storeInvitePerHomeserver: rate(200, 1000, 'Invitations from one homeserver.'),
  storeInvitePerDomain: rate(200, 2000, 'Invitations to addresses of one e-mail domain.'),
  storeInvitePerAddress: rate(2, 20, 'Invitations to one address.'),
  v1StoreInvitePerIp: rate(60, 100, 'Invitations through v1 from one address.'),
  signPerIp: rate(30, 30, 'sign-ed25519 requests from one address.'),
  pubkeyPerIp: rate(6_000, 6_000, 'Key requests from one address.'),
  signInPerAccount: rate(2, 10, 'Failed sign-ins to one account.'),
  signInPerIp: rate(20, 100, 'Failed sign-ins from one address.'),
  directoryPerAccount: rate(240, 120, 'Searches for people by one user.'),
  invitePerAccount: rate(20, 50, 'Invitations by address that one user makes the homeserver send.'),
  registrationPerIp: rate(20, 20, 'Questions from one address whether an address may register.'),
  commandsPerUser: rate(20, 20, 'Commands that one user gives the bot.'),
  signUpPerIp: rate(10, 20, 'Pages and attempts to sign up by invitation from one address.'),
  profilePerIp: rate(1_200, 600, 'Profiles asked for from one address.'),
  otherPerIp: rate(6_000, 6_000, 'All other requests from one address.'),
})
