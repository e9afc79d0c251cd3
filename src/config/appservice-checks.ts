import type { Finding } from './problems.ts'
import type { Config } from './schema.ts'

/** The rules about the application service and about signing up by invitation. */
export function* checkAppservice(config: Config): Iterable<Finding> {
  const { appservice, signUp, matrix, associations } = config
  for (const section of ['appservice', 'signUp'] as const) {
    if (!config[section].enabled || matrix.homeserverUrl !== null) continue
    yield {
      keys: [section, 'enabled'],
      message: 'The homeserver is asked about it, and nothing says where this machine reaches it.',
      fix: "Set matrix.homeserverUrl to the homeserver's own listener, for example http://127.0.0.1:8008",
    }
  }
  const { bot, senderLocalpart, rejectExpired } = appservice
  if (bot.enabled && bot.roles.length === 0 && bot.users.length === 0) {
    yield {
      keys: ['appservice', 'bot', 'enabled'],
      message: 'Nobody could give the bot a command: no role and no user is named who may.',
      fix: 'Write appservice.bot.users, for example ["@admin:example.org"], or appservice.bot.roles.',
    }
  }
  if (senderLocalpart === rejectExpired.localpart) {
    yield {
      keys: ['appservice', 'rejectExpired', 'localpart'],
      message: 'The bot has this user name.',
      fix: 'Write another one, for example _signpost_expired',
    }
  }
  if (signUp.enabled && signUp.adminToken === null) {
    yield {
      keys: ['signUp', 'adminToken'],
      message: 'Without the token of an administrator the homeserver makes no registration tokens.',
      fix: 'Sign in as an administrator of the homeserver, and write the access token of that session.',
    }
  }
  if (signUp.enabled && !associations.bind) {
    yield {
      keys: ['signUp', 'enabled'],
      message: 'The address of who signs up is published, or no invitation would find them.',
      fix: 'Set associations.bind: true, or signUp.enabled: false.',
    }
  }
}
