import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { settingsResult } from '../changes/contract.ts'
import { jobShape } from '../jobs/shapes.ts'
import { configKey } from '../settings/contract.ts'
import {
  backendShape,
  checkStep,
  mirrorProblems,
  samplePerson,
  secretInput,
  section,
  xrayRow,
} from './shapes.ts'

const id = z.string().min(1).max(60)
const params = z.strictObject({ id })

/** `true`: with the domain, the network settings and the stored secrets of the wizard's draft. */
const draft = z.boolean().default(false)

const people = z.strictObject({ count: z.number(), rows: z.array(xrayRow) })

export const backendsContract = describeRoutes({
  'GET /api/backends': {
    summary: 'The backends of the file in their order, without secrets, and how each is doing.',
    access: 'session',
    answer: z.strictObject({
      backends: z.array(backendShape),
      /** Of those that were taken out of the file and are still asked. */
      leaving: z.array(z.string()),
      /** True while changes of backends wait for a restart. */
      restartNeeded: z.boolean(),
      canRestart: z.boolean(),
    }),
  },
  'GET /api/backend-kinds': {
    summary: 'What can stand in a section of `backends`: every key of every kind.',
    access: 'session',
    answer: z.strictObject({
      kinds: z.array(
        z.strictObject({
          type: z.string(),
          description: z.string(),
          /** Paths begin within the section. */
          keys: z.array(configKey),
          required: z.array(z.string()),
        }),
      ),
    }),
  },
  'POST /api/backends': {
    summary: 'Adds a backend, as the last one that is asked.',
    access: 'session',
    body: z.strictObject({ section }),
    answer: settingsResult,
  },
  'PUT /api/backends': {
    summary: 'Brings the backends into another order: the first that knows an address answers.',
    access: 'session',
    body: z.strictObject({ order: z.array(id).min(1).max(200) }),
    answer: settingsResult,
  },
  'PUT /api/backends/{id}': {
    summary: 'Changes a backend: the keys of the section that differ. Secrets that are {set: true} stay.',
    access: 'session',
    params,
    body: z.strictObject({ section }),
    answer: settingsResult,
  },
  'DELETE /api/backends/{id}': {
    summary: 'Takes a backend out of the file. Its copy is forgotten with the restart; rows of a list stay.',
    access: 'session',
    params,
    answer: settingsResult,
  },
  'POST /api/backends/check': {
    summary:
      'Tries a section of `backends`, saved or not: connects, logs in, counts and reads some people. Takes up to two minutes.',
    access: 'session',
    body: z.strictObject({
      section,
      draft,
      /** Names this check in the events `check-step`, which tell each step as soon as it is done. */
      run: z.string().min(1).max(60).optional(),
    }),
    answer: z.strictObject({ steps: z.array(checkStep) }),
  },
  'POST /api/backends/guess': {
    summary: 'Looks into an LDAP directory and answers a section that probably fits it.',
    access: 'session',
    body: z.strictObject({
      /** Name of the section; the one whose stored password `{set: true}` means. */
      id: z.string().max(60).default('directory'),
      servers: z.array(z.string().max(2_000)).min(1).max(20),
      startTls: z.boolean().default(false),
      caFile: z.string().max(4_000).nullish(),
      verifyCertificate: z.boolean().default(true),
      bindDn: z.string().max(4_000).nullish(),
      bindPassword: secretInput.nullish(),
      /** As far as they are known already. */
      bases: z.array(z.string().max(4_000)).max(50).optional(),
      draft,
    }),
    answer: z.strictObject({
      /** For the file: connection, kind, bases and attributes. */
      section,
      /** What the guesses rest on, as sentences. */
      reasons: z.array(z.string()),
      sample: z.array(samplePerson),
    }),
  },
  'POST /api/backends/xray': {
    summary:
      'Reads everybody of a section, saved or not: what the directory has, and what becomes of it. Takes up to two minutes.',
    access: 'session',
    body: z.strictObject({ section }),
    answer: z.strictObject({
      /** Up to 10,000. */
      rows: z.array(xrayRow),
      /** False when the directory has more. */
      isWhole: z.boolean(),
      ms: z.number(),
    }),
  },
  'POST /api/backends/xray/compare': {
    summary: 'Who would be hidden, added or changed by a section, compared with the one of the file.',
    access: 'session',
    body: z.strictObject({ id, section }),
    answer: z.strictObject({
      /** Up to 200 rows of each; `count` has all. */
      hidden: people,
      added: people,
      changed: z.strictObject({
        count: z.number(),
        rows: z.array(z.strictObject({ before: xrayRow, after: xrayRow })),
      }),
      unchanged: z.number(),
      isWhole: z.boolean(),
    }),
  },
  'POST /api/backends/{id}/sync': {
    summary: 'Brings the copy of a backend up to date now, as a job.',
    access: 'session',
    params,
    body: z.strictObject({
      /** Reads everything, not only what changed. */
      full: z.boolean().default(false),
      /** Also when a large part of the people would disappear. */
      acceptRemovals: z.boolean().default(false),
    }),
    answer: jobShape,
    changes: 'backends.sync',
  },
  'GET /api/backends/{id}/problems': {
    summary: 'Values of a copied directory that are left out, and addresses that several people claim.',
    access: 'session',
    params,
    answer: mirrorProblems,
  },
})
