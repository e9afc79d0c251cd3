import type { ExecConfig, ProcessorConfig } from './config.ts'

export type ProcessorName =
  | 'auth'
  | 'directory.byName'
  | 'directory.byThreepid'
  | 'identity.single'
  | 'identity.bulk'
  | 'profile.displayName'
  | 'profile.threePid'
  | 'profile.roles'
  | 'list'

/** A program that is configured. */
export interface Processor extends ProcessorConfig {
  /** Its place in the section, for messages: `identity.single`. */
  readonly name: ProcessorName
  readonly command: string
}

export type Processors = Readonly<Record<ProcessorName, Processor | null>>

export function processorsOf({ auth, directory, identity, profile, list }: ExecConfig): Processors {
  const named = (name: ProcessorName, config: ProcessorConfig): Processor | null =>
    config.command === null ? null : { ...config, name, command: config.command }
  return {
    auth: named('auth', auth),
    'directory.byName': named('directory.byName', directory.byName),
    'directory.byThreepid': named('directory.byThreepid', directory.byThreepid),
    'identity.single': named('identity.single', identity.single),
    'identity.bulk': named('identity.bulk', identity.bulk),
    'profile.displayName': named('profile.displayName', profile.displayName),
    'profile.threePid': named('profile.threePid', profile.threePid),
    'profile.roles': named('profile.roles', profile.roles),
    list: named('list', list),
  }
}
