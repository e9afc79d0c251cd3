import type { KeyPath } from '../../../config/problems.ts'
import type { Edit, Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'

/** How people sign in: Matrix Authentication Service (MAS) rules out what stood there before. */
export function* checkLogin(world: ReaderWorld): Iterable<Seen> {
  if (world.mas) yield* checkMas(world)
  else yield* checkPasswords(world)
}

function* checkMas(world: ReaderWorld): Iterable<Seen> {
  const { settings } = world
  const old = settings.experimental_features?.msc3861?.enabled === true
  yield {
    code: 'mas-in-use',
    severity: 'note',
    keys: old ? ['experimental_features', 'msc3861'] : ['matrix_authentication_service'],
    detail: 'Accounts are left to Matrix Authentication Service.',
    why: 'People sign in there: a reverse proxy that sends logins to Signpost gains nothing, and password modules cannot be used. Lookups, invitations and publishing work.',
    fix: 'Let MAS sign people in through Signpost instead, where that is wanted: signpost snippet mas',
  }
  if (old) {
    yield {
      code: 'mas-old-key',
      severity: 'warning',
      keys: ['experimental_features', 'msc3861'],
      detail: 'MAS is set up by experimental_features.msc3861.',
      why: 'Newer versions of Synapse refuse to start with it.',
      fix: 'Move it to matrix_authentication_service (enabled, endpoint, secret), as the MAS documentation shows.',
    }
  }
  for (const { path, what, remove } of conflicts(world)) {
    const edits: readonly Edit[] = remove ? [{ kind: 'remove', path }] : []
    yield {
      code: 'mas-conflict',
      severity: 'problem',
      keys: path,
      detail: `${what} stands beside Matrix Authentication Service.`,
      why: 'Synapse refuses to start with both.',
      fix: `Remove ${path.join('.')}; MAS has settings of its own for that.`,
      ...(edits.length === 0 ? {} : { edits }),
    }
  }
  for (const [index, { module }] of (settings.modules ?? []).entries()) {
    yield {
      code: 'mas-module',
      severity: isPasswordModule(module) ? 'problem' : 'note',
      keys: ['modules', index],
      detail: `The module ${module} is loaded.`,
      why: 'A module that checks passwords keeps Synapse from starting beside MAS; others are no trouble.',
      fix: isPasswordModule(module) ? 'Remove the module.' : null,
    }
  }
}

interface Conflict {
  readonly path: KeyPath
  readonly what: string
  /** True where it is certain that nothing of the key is needed. */
  readonly remove: boolean
}

/** What Synapse does not start with beside MAS. What holds a whole set-up (OIDC, SAML, ...) is left to the operator. */
function conflicts({ settings }: ReaderWorld): readonly Conflict[] {
  const passwords = settings.password_config?.enabled
  const rows: readonly (readonly [boolean, KeyPath, string, boolean])[] = [
    [
      passwords === true || passwords === 'only_for_reauth',
      ['password_config', 'enabled'],
      'Password login',
      true,
    ],
    [settings.enable_registration === true, ['enable_registration'], 'Registration', true],
    [settings.enable_3pid_changes === true, ['enable_3pid_changes'], 'enable_3pid_changes', true],
    [settings.enable_registration_captcha === true, ['enable_registration_captcha'], 'The captcha', true],
    [
      settings.login_via_existing_session?.enabled === true,
      ['login_via_existing_session'],
      'Login by session',
      true,
    ],
    [isSet(settings.session_lifetime), ['session_lifetime'], 'A lifetime of sessions', true],
    [
      isSet(settings.refresh_token_lifetime),
      ['refresh_token_lifetime'],
      'A lifetime of refresh tokens',
      true,
    ],
    [
      isSet(settings.nonrefreshable_access_token_lifetime),
      ['nonrefreshable_access_token_lifetime'],
      'A lifetime of tokens',
      true,
    ],
    [(settings.password_providers ?? []).length > 0, ['password_providers'], 'A password provider', false],
    [isSet(settings.user_consent), ['user_consent'], 'User consent', false],
    [(settings.oidc_providers ?? []).length > 0, ['oidc_providers'], 'OIDC login', false],
    [settings.oidc_config?.enabled === true, ['oidc_config'], 'OIDC login', false],
    [
      isSet(settings.saml2_config?.sp_config) || settings.saml2_config?.enabled === true,
      ['saml2_config'],
      'SAML login',
      false,
    ],
    [settings.cas_config?.enabled === true, ['cas_config'], 'CAS login', false],
    [settings.jwt_config?.enabled === true, ['jwt_config'], 'JWT login', false],
  ]
  return rows.flatMap(([is, path, what, remove]) => (is ? [{ path, what, remove }] : []))
}

const isSet = (value: unknown) => value !== undefined && value !== null

function* checkPasswords({ settings }: ReaderWorld): Iterable<Seen> {
  const old = (settings.password_providers ?? []).findIndex((provider) =>
    /rest_auth_provider/.test(moduleOf(provider)),
  )
  if (old >= 0) {
    yield {
      code: 'rest-password-provider',
      severity: 'warning',
      keys: ['password_providers', old],
      detail: 'The REST password provider of mxisd and ma1sd is loaded.',
      why: 'It was written for Synapse of 2020: today the first login of a new user fails, names are never filled in, and it asks about foreign domains.',
      fix: 'Remove it, and load the module that "signpost snippet synapse" names once sign-in through Signpost is set up.',
    }
  }
  if (settings.password_config?.enabled === false) {
    yield {
      code: 'passwords-switched-off',
      severity: 'note',
      keys: ['password_config', 'enabled'],
      detail: 'Login with a password is switched off.',
      why: 'Sign-in with the passwords of a directory needs it.',
      fix: null,
    }
  } else if (settings.password_config?.localdb_enabled === false) {
    yield {
      code: 'local-passwords-switched-off',
      severity: 'note',
      keys: ['password_config', 'localdb_enabled'],
      detail: "Synapse's own passwords are switched off.",
      why: 'While the service that checks passwords is down, nobody can sign in, administrators included.',
      fix: null,
    }
  }
}

function moduleOf(provider: unknown): string {
  if (typeof provider !== 'object' || provider === null || !('module' in provider)) return ''
  return typeof provider.module === 'string' ? provider.module : ''
}

/** By the names under which such modules are published. */
const isPasswordModule = (module: string) => /ldap_auth|rest_auth|password|pam_auth|jwt_auth/i.test(module)
