import type { Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'

/** Finding people by name, and programs that see the homeserver's events. */
export function* checkDirectory({ settings }: ReaderWorld): Iterable<Seen> {
  const directory = settings.user_directory
  if (directory?.enabled === false) {
    yield {
      code: 'user-directory-off',
      severity: 'warning',
      keys: ['user_directory', 'enabled'],
      detail: 'The user directory is switched off.',
      why: 'Clients find nobody by name; Synapse answers every search with an empty list.',
      fix: 'Write "user_directory: { enabled: true }", unless searches are to find only what Signpost adds.',
    }
  } else if (directory?.search_all_users !== true) {
    yield {
      code: 'user-directory-narrow',
      severity: 'note',
      keys: ['user_directory', 'search_all_users'],
      detail: 'Searches find only people in public rooms and in rooms that one shares.',
      why: 'A new colleague whom nobody has met is found by address, through Signpost, and not by name.',
      fix: 'Where everybody may see everybody: "user_directory: { search_all_users: true }".',
    }
  }
  const services = settings.app_service_config_files ?? []
  if (services.length > 0) {
    yield {
      code: 'application-services',
      severity: 'note',
      keys: ['app_service_config_files'],
      detail: `${services.length === 1 ? 'One application service is' : `${services.length} application services are`} registered.`,
      why: 'People in a namespace that one of them has for itself ("exclusive: true") are missing from the user directory. Their files are read only when Synapse starts.',
      fix: null,
    }
  }
}
