import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { triedPort } from '../gateway/tried-port.ts'
import { rowProblem } from '../list/row-problem.ts'
import { doctorAreas, finding } from '../doctor/shapes.ts'

/** Part of `signpost.yaml` as the file has it; secrets are `{set: true}` on their way out, see `config/secret-values.ts`. */
const settings = z.record(z.string(), z.unknown())

const draft = z.strictObject({
  /** Where the person is; the console's own names. */
  step: z.string().max(40),
  /** Answers that are no settings: the questions of the start, what kind of homeserver, ... */
  choices: z.record(z.string().max(60), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()])),
  settings,
})

const homeserver = z.strictObject({
  url: z.string(),
  kind: z.enum(['synapse', 'dendrite', 'conduit', 'other', 'unknown']),
  /** As it names itself; null when it does not. */
  name: z.string().nullable(),
  version: z.string().nullable(),
  /** True when Matrix Authentication Service signs people in. */
  usesMas: z.boolean(),
  /** True when it was found on this machine rather than by its public name. */
  isLocal: z.boolean(),
})

export const discovery = z.strictObject({
  domain: z.string(),
  wellKnown: z.strictObject({
    state: z.enum(['there', 'absent', 'broken', 'unreachable']),
    /** Where clients are sent; null unless `there`. */
    homeserver: z.string().nullable(),
    identityServer: z.string().nullable(),
    /** Why it cannot be used, as a sentence; null when it can. */
    why: z.string().nullable(),
  }),
  federation: z.strictObject({
    /** The step of the specification that found it; null when none did. */
    via: z.string().nullable(),
    /** The way, or why there is none, as a sentence. */
    detail: z.string(),
    answers: z.boolean(),
  }),
  /** Null when no homeserver answers, neither under the domain nor on this machine. */
  homeserver: homeserver.nullable(),
})

const problem = z.strictObject({ path: z.string(), message: z.string(), fix: z.string() })

const preview = z.strictObject({
  /** Keys that would change, values without secrets; `null` where there was or will be none. */
  changes: z.array(z.strictObject({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  /** The change of `signpost.yaml` as a unified diff, without secrets. */
  diff: z.string(),
  /** Why it cannot be applied; empty when it can. */
  problems: z.array(problem),
})

/** A table of people for the list backend; whole addresses: it is for the operator who has the file. */
const list = z.strictObject({
  /** Of the file. */
  name: z.string(),
  people: z.number(),
  addresses: z.number(),
  /** The first people, each with `email anna@example.org`. */
  sample: z.array(
    z.strictObject({ mxid: z.string(), displayName: z.string().nullable(), addresses: z.array(z.string()) }),
  ),
  problemCount: z.number(),
  /** The first rows that are left out. */
  problems: z.array(rowProblem),
})

const applied = z.strictObject({
  /** `waiting`: for the next start. `refused`: that start went back to the former configuration, and the draft is kept. */
  state: z.enum(['no', 'waiting', 'refused']),
  /** Why it was refused, as sentences; null when it was not. */
  refused: z
    .strictObject({ code: z.string(), tried: z.string(), likelyCause: z.string(), fix: z.string() })
    .nullable(),
})

export const wizardContract = describeRoutes({
  'GET /api/wizard': {
    summary: 'The draft of the wizard, and the settings that are in the file, both without secrets.',
    access: 'session',
    answer: z.strictObject({
      draft: draft.nullable(),
      current: settings,
      /** Whether a draft was ever applied and the server started with it. */
      finished: z.boolean(),
      applied,
    }),
  },
  'PUT /api/wizard/draft': {
    summary: 'Keeps the draft; nothing of it counts before it is applied. Secrets in it are sealed.',
    access: 'session',
    body: draft,
    answer: z.strictObject({ draft }),
  },
  'DELETE /api/wizard/draft': {
    summary: 'Throws the draft away.',
    access: 'session',
    answer: z.strictObject({}),
  },
  'POST /api/wizard/discover': {
    summary:
      'Finds out how a Matrix domain is set up: well-known, federation, homeserver, who signs people in.',
    access: 'session',
    body: z.strictObject({
      domain: z.string().trim().min(1).max(255),
      homeserverUrl: z.string().max(2_000).nullish(),
    }),
    answer: discovery,
  },
  'GET /api/wizard/list': {
    summary: 'The table of people that the draft brings along, as it would be read.',
    access: 'session',
    answer: z.strictObject({ list: list.nullable() }),
  },
  'PUT /api/wizard/list': {
    summary: 'Keeps a CSV file of people with the draft; they are taken over when it is applied.',
    access: 'session',
    body: z.strictObject({ name: z.string().trim().min(1).max(255), base64: z.base64().max(1_000_000) }),
    answer: z.strictObject({ list }),
  },
  'DELETE /api/wizard/list': {
    summary: 'Forgets that table.',
    access: 'session',
    answer: z.strictObject({}),
  },
  'POST /api/wizard/port': {
    summary: 'Whether the public listener could have an address and port of this machine, and who has it.',
    access: 'session',
    body: z.strictObject({ host: z.string().trim().min(1).max(255), port: z.int().min(1).max(65_535) }),
    answer: triedPort,
  },
  'POST /api/wizard/check': {
    summary: 'Looks at parts of the installation as they would be with the draft; takes up to ten seconds.',
    access: 'session',
    body: z.strictObject({ areas: z.array(z.enum(doctorAreas)).min(1) }),
    answer: z.strictObject({ findings: z.array(finding) }),
  },
  'GET /api/wizard/preview': {
    summary: 'What applying the draft would change.',
    access: 'session',
    answer: preview,
  },
  'POST /api/wizard/apply': {
    summary: 'Writes the draft into the settings, all or nothing, and starts the server anew with them.',
    access: 'session',
    answer: z.strictObject({
      /** False where nobody can restart this process: the settings count from its next start. */
      restarting: z.boolean(),
    }),
    changes: 'wizard.apply',
  },
})
