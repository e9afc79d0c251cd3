import { z } from 'zod'
import type { Finding } from '../../config/problems.ts'
import { baseUrl, key, secret } from '../../config/types.ts'
import { backendSection, defaultCountry, sync, timeout, userKeys, uses } from '../section.ts'
import { endpointUrls } from './endpoints.ts'

const endpoint = (description: string) =>
  key(z.string().nullable().default(null), {
    description: `${description} A path is added to url, a whole URL is taken as it is, an empty text switches it off.`,
    restart: true,
  })

export const restSection = backendSection(
  'rest',
  'A web service of your own that speaks the REST contract of mxisd and ma1sd.',
  {
    url: key(baseUrl(), {
      description: 'Where the service is; the paths of the endpoints are added to it.',
      restart: true,
      example: 'http://127.0.0.1:8091',
    }),
    contract: key(z.enum(['ma1sd', 'mxisd']).default('ma1sd'), {
      description: 'Whose paths the endpoints have: /_ma1sd/backend/api/v1 or /_mxisd/backend/api/v1.',
      restart: true,
    }),
    endpoints: z
      .strictObject({
        auth: endpoint('Checks passwords.'),
        directory: endpoint('Searches for people.'),
        identity: z
          .strictObject({
            single: endpoint('Finds the person of one address.'),
            bulk: endpoint('Finds the people of many addresses.'),
          })
          .prefault({}),
        profile: z
          .strictObject({
            displayName: endpoint('Gives the name of a user.'),
            threepids: endpoint('Gives the addresses of a user.'),
            roles: endpoint('Gives the roles of a user.'),
          })
          .prefault({}),
        list: key(z.string().default(''), {
          description:
            'Lists everybody in pages, which lets hashed lookups find them. Off by default, since mxisd and ma1sd had none; /_signpost/backend/v1/list is the usual path.',
          restart: true,
        }),
      })
      .prefault({}),
    headers: key(z.record(z.string().regex(/^[\w-]+$/), secret()).default({}), {
      description: 'Headers of every request, by which the service knows Signpost.',
      restart: true,
      example: { Authorization: { file: 'rest-authorization' } },
    }),
    caFile: key(z.string().min(1).nullable().default(null), {
      description: 'PEM file of an authority of your own that signed the certificate of the service.',
      restart: true,
    }),
    uses: uses(['lookup', 'search', 'authentication', 'profile']),
    unsuitable: userKeys.unsuitable,
    defaultCountry: defaultCountry(),
    sync: sync(),
    timeout: timeout(),
  },
)

export type RestConfig = z.output<typeof restSection>

/** Every endpoint has to be a URL once it is put together, and one of them has to be there. */
export function* restRules(config: RestConfig): Iterable<Finding> {
  const urls = endpointUrls(config)
  for (const [name, url] of Object.entries(urls)) {
    if (url === null || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) continue
    yield {
      keys: ['endpoints', ...name.split('.')],
      message: 'This is neither a path nor a URL.',
      fix: 'Begin it with / or with https://, or leave it empty.',
    }
  }
  if (Object.values(urls).every((url) => url === null)) {
    yield { keys: ['endpoints'], message: 'Every endpoint is switched off.', fix: 'Name at least one.' }
  }
}
