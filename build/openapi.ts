import { z } from 'zod'
import { adminErrors } from '../src/admin/api/errors.ts'
import type { Contract, RouteDescription } from '../src/admin/api/route.ts'
import { contract } from '../src/admin/contract.ts'

type Json = Readonly<Record<string, unknown>>

/** What every error of the admin API looks like; `src/admin/api/errors.ts` has the meaning of the codes. */
const errorBody = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(adminErrors)),
    message: z.string(),
    fix: z.string().optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    problems: z
      .array(z.strictObject({ path: z.string(), message: z.string(), fix: z.string().optional() }))
      .optional(),
  }),
})

/** `docs/reference/admin-api.json`: the admin API as OpenAPI 3.1 (its schemas are JSON Schema 2020-12, as Zod writes them). */
export function openApi(routes: Contract = contract): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries<RouteDescription>(routes)) {
    const [method = '', path = ''] = name.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, path, route) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Signpost admin API',
      version: '1',
      description:
        'What the console of Signpost speaks with its server. It is served by the admin listener alone, changes with Signpost, and is described by src/admin/contract.ts.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:8091' }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'signpost-…',
          description:
            'The cookie that POST /api/session sets; its name ends with a mark of the installation, and begins with __Host- over HTTPS.',
        },
      },
      schemas: { Error: schemaOf(errorBody, 'output') },
      responses: {
        Error: {
          description: 'What went wrong, by a stable code.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  }
}

function operation(method: string, path: string, route: RouteDescription): Json {
  const { summary, access, params, query, body, takesFile, answer, changes } = route
  const parameters = [
    ...parametersOf(params, 'path'),
    ...parametersOf(query, 'query'),
    ...(method === 'GET' ? [] : [consoleHeader]),
  ]
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+(\w?)/g, (_all, letter: string) => letter.toUpperCase())}`,
    summary,
    tags: [path.split('/')[2] ?? ''],
    security: access === 'open' ? [] : [{ session: [] }],
    'x-access': access,
    ...(changes === undefined ? {} : { 'x-changes': changes }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: !body.safeParse(undefined).success, content: json(body, 'input') } }),
    ...(takesFile === true ? { requestBody: { required: true, content: fileContent } } : {}),
    responses: {
      200: { description: 'Done.', content: json(answer, 'output') },
      default: { $ref: '#/components/responses/Error' },
    },
  }
}

const consoleHeader = {
  name: 'X-Signpost-Console',
  in: 'header',
  required: true,
  description: 'Any value: no page of another origin can send it.',
  schema: { type: 'string', const: '1' },
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return []
  return Object.entries(schema.shape).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(member, undefined).success,
    schema: schemaOf(member, 'input'),
  }))
}

/** The bytes of a file, of which JSON Schema has nothing to say. */
const fileContent = { 'application/octet-stream': {} }

const json = (schema: z.core.$ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
})

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
