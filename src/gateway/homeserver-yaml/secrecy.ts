/** Keys of Synapse whose lines hold nothing to hide, at whatever depth they stand. Any other key may hold a secret. */
const openKeys: ReadonlySet<string> = new Set([
  'server_name',
  'public_baseurl',
  'default_identity_server',
  'web_client_location',
  'listeners',
  'port',
  'type',
  'tls',
  'x_forwarded',
  'bind_addresses',
  'resources',
  'names',
  'compress',
  'ip_range_blacklist',
  'ip_range_whitelist',
  'federation_ip_range_blacklist',
  'federation_domain_whitelist',
  'account_threepid_delegates',
  'msisdn',
  'trusted_third_party_id_servers',
  'enable_3pid_lookup',
  'enable_3pid_changes',
  'enable_registration',
  'enable_registration_without_verification',
  'registrations_require_3pid',
  'registration_requires_token',
  'disable_msisdn_registration',
  'email',
  'invite_client_location',
  'rc_third_party_invite',
  'rc_3pid_validation',
  'per_second',
  'burst_count',
  'user_directory',
  'enabled',
  'search_all_users',
  'no_proxy_hosts',
  'media_store_path',
  'pid_file',
  'log_config',
  'report_stats',
  'max_upload_size',
])

/**
 * Whether a line of a homeserver.yaml may be shown where it is not the change itself: one without content, prose of a
 * comment, keys that hold nothing to hide, an item of a list of names or addresses. Whatever is not recognised stays
 * hidden, former values in comments as well.
 */
export function mayShowLine(line: string): boolean {
  const { code, comment } = partsOf(line)
  if (!isProse(comment)) return false
  const keys = keysIn(code)
  if (keys.length > 0) return keys.every((key) => openKeys.has(key)) && !hasCredentials(code)
  return (
    code === '' ||
    /^- *['"]?(?:[\d.:a-f/]+|client|federation|openid|media|keys|static|email|msisdn)['"]?$/.test(code)
  )
}

/** Whether a line that a change adds or takes away holds more than that change: then it is told in words instead. */
export function isOpenChange(line: string): boolean {
  const { code, comment } = partsOf(line)
  const isOpen = keysIn(code).every((key) => openKeys.has(key) || changedKeys.has(key))
  return isOpen && isProse(comment) && !hasCredentials(code)
}

function partsOf(line: string): { readonly code: string; readonly comment: string } {
  const [, code = '', comment = ''] = /^(.*?)(?:(?:^|\s)#(.*))?$/.exec(line.trim()) ?? []
  return { code: code.trim(), comment }
}

const keysIn = (code: string) => [...code.matchAll(/([\w.-]+)['"]?:(?=\s|$)/g)].map(([, key = '']) => key)

/** Nothing that looks like a setting, a random value, or talk of one. */
function isProse(comment: string): boolean {
  return !/[:=]|\S{20,}|pass|secret|token|key|credential|login/i.test(comment)
}

const hasCredentials = (text: string) => /:\/\/[^/\s]*@/.test(text)

/** What changes remove or write without being in the list above. */
const changedKeys: ReadonlySet<string> = new Set([
  'use_insecure_ssl_client_just_for_testing_do_not_use',
  'trust_identity_server_for_password_resets',
  'extra_well_known_client_content',
  'm.identity_server',
  'base_url',
  'password_config',
  'enable_registration_captcha',
  'login_via_existing_session',
  'session_lifetime',
  'refresh_token_lifetime',
  'nonrefreshable_access_token_lifetime',
])
