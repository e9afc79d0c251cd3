import type { RestConfig } from './config.ts'

export type EndpointName =
  | 'auth'
  | 'directory'
  | 'identity.single'
  | 'identity.bulk'
  | 'profile.displayName'
  | 'profile.threepids'
  | 'profile.roles'
  | 'list'

/** The whole URL of every endpoint; null for those that are switched off. */
export type EndpointUrls = Readonly<Record<EndpointName, string | null>>

export function endpointUrls({ url, contract, endpoints }: RestConfig): EndpointUrls {
  const { auth, directory, identity, profile, list } = endpoints
  const urlOf = (written: string | null, usual: string) => {
    const endpoint = written ?? `/_${contract}/backend/api/v1/${usual}`
    if (endpoint === '') return null
    return endpoint.startsWith('/') ? url + endpoint : endpoint
  }
  return {
    auth: urlOf(auth, 'auth/login'),
    directory: urlOf(directory, 'directory/user/search'),
    'identity.single': urlOf(identity.single, 'identity/single'),
    'identity.bulk': urlOf(identity.bulk, 'identity/bulk'),
    'profile.displayName': urlOf(profile.displayName, 'profile/displayName'),
    'profile.threepids': urlOf(profile.threepids, 'profile/threepids'),
    'profile.roles': urlOf(profile.roles, 'profile/roles'),
    list: urlOf(list, ''),
  }
}
