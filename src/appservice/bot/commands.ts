import { nearest } from '../../config/suggest.ts'
import { askDoctor, type DoctorCommandOptions } from './doctor-command.ts'
import { inviteCommand, type InviteCommandOptions } from './invite-command.ts'
import { lookupCommand, type LookupCommandOptions } from './lookup-command.ts'
import { tellStatus, type StatusCommandOptions } from './status-command.ts'

export type CommandOptions = DoctorCommandOptions &
  InviteCommandOptions &
  LookupCommandOptions &
  StatusCommandOptions

/** A command as somebody wrote it. */
export interface Asked {
  /** Who may give commands. */
  readonly sender: string
  /** Nobody else reads the answer: addresses are shown in full. */
  readonly isDirect: boolean
  /** The command first, with its `!`. */
  readonly words: readonly string[]
}

interface Command {
  readonly usage: string
  readonly about: string
  readonly run: (options: CommandOptions, asked: Asked, args: readonly string[]) => Promise<string> | string
}

const commands: Readonly<Record<string, Command>> = {
  help: { usage: '!help', about: 'what I can do', run: () => help },
  ping: { usage: '!ping', about: 'am I here?', run: () => 'Pong!' },
  lookup: {
    usage: '!lookup ADDRESS',
    about: 'whose e-mail address or phone number (+44...) is it?',
    run: lookupCommand,
  },
  invite: {
    usage: '!invite list | show ID | resend ID | revoke ID',
    about: 'invitations by address',
    run: inviteCommand,
  },
  doctor: { usage: '!doctor', about: 'what is wrong, and what to do about it', run: askDoctor },
  status: { usage: '!status', about: 'how Signpost is doing', run: tellStatus },
}

/** What the bot understands, in the order in which `!help` tells it. */
export const botCommands: readonly Pick<Command, 'usage' | 'about'>[] = Object.values(commands)

const help = botCommands.map(({ usage, about }) => `${usage}: ${about}`).join('\n')

/** The answer to a command; null for a word that is none, in a room where other bots may know it. */
export async function runCommand(options: CommandOptions, asked: Asked): Promise<string | null> {
  const [word = '', ...args] = asked.words
  const name = word.slice(1).toLowerCase()
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command !== undefined) return await command.run(options, asked, args)
  if (!asked.isDirect) return null
  const meant = nearest(name, Object.keys(commands))
  return meant === undefined ? `I do not know that. I know:\n${help}` : `Did you mean !${meant}?`
}
