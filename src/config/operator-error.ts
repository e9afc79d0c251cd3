/**
 * The catalogue of errors that an operator can see, by code: what the code stands for and the exit code of the process
 * that ends with it. The codes are stable: scripts, the console and the documentation refer to them.
 */
export const operatorErrorCodes = {
  'config-invalid': { exitCode: 2, meaning: 'The configuration file holds something that cannot be used.' },
  'config-unreadable': { exitCode: 2, meaning: 'The configuration file cannot be read.' },
  'config-unwritable': { exitCode: 1, meaning: 'The configuration file cannot be written.' },
  'config-not-applied': {
    exitCode: 1,
    meaning: 'A part of Signpost failed while it took over a new configuration.',
  },
  'change-under-way': {
    exitCode: 1,
    meaning: 'A change of the network settings waits for its confirmation; another one has to wait.',
  },
  'secret-missing': {
    exitCode: 2,
    meaning: 'A secret that the configuration names is not there or is empty.',
  },
  'secret-unsealable': {
    exitCode: 2,
    meaning: 'A sealed secret does not open with the sealing key of this installation.',
  },
  'sealing-key-invalid': { exitCode: 2, meaning: 'The key that seals secrets is damaged or cannot be read.' },
  'sealing-key-exposed': {
    exitCode: 2,
    meaning: 'Other users of this machine could read the key that seals secrets.',
  },
  'sealing-key-elsewhere': {
    exitCode: 2,
    meaning:
      'The key that seals secrets is in the keychain of this system, where only the desktop app reads it.',
  },
  'data-dir-not-writable': { exitCode: 1, meaning: 'Signpost cannot write to its data directory.' },
  'port-in-use': { exitCode: 1, meaning: 'Another program already listens on the port.' },
  'port-not-allowed': {
    exitCode: 1,
    meaning: 'The operating system does not let Signpost listen on the port.',
  },
  'input-unreadable': { exitCode: 2, meaning: 'A file that a command was given cannot be read.' },
  'output-unwritable': {
    exitCode: 1,
    meaning: 'A command cannot write its result to the file it was given.',
  },
  'snippet-impossible': {
    exitCode: 2,
    meaning: 'A snippet needs something that the configuration does not say.',
  },
  'signing-keys-damaged': { exitCode: 1, meaning: 'The file with the signing keys is damaged.' },
  'oidc-keys-damaged': { exitCode: 1, meaning: 'The file with the keys of the OpenID provider is damaged.' },
  'signing-key-differs': {
    exitCode: 1,
    meaning: 'The signing key is not the one that this database was used with.',
  },
  'tls-unusable': { exitCode: 2, meaning: 'The TLS certificate or its key cannot be used.' },
  'database-missing': { exitCode: 1, meaning: 'There is no database yet.' },
  'database-older': {
    exitCode: 1,
    meaning: 'The database was written by an older Signpost and not upgraded yet.',
  },
  'database-newer': { exitCode: 1, meaning: 'The database was written by a newer Signpost.' },
  'database-locked': { exitCode: 1, meaning: 'Another process is using the database.' },
  'database-unreachable': { exitCode: 1, meaning: 'The database server does not answer.' },
  'database-refused': { exitCode: 1, meaning: 'The database server answers, but does not let Signpost in.' },
  'database-foreign': { exitCode: 1, meaning: 'The database belongs to another program.' },
  'database-corrupt': { exitCode: 1, meaning: 'The database file is damaged.' },
  'database-not-writable': { exitCode: 1, meaning: 'Signpost cannot write to its database.' },
  'network-file-system': { exitCode: 1, meaning: 'The database lies on a network file system.' },
  'database-upgrade-failed': {
    exitCode: 1,
    meaning: 'An upgrade of the database failed, and the database is as it was before.',
  },
  'backup-failed': { exitCode: 1, meaning: 'A backup cannot be written.' },
  'backup-under-way': { exitCode: 1, meaning: 'Another backup, or its trial, is under way.' },
  'backup-foreign': { exitCode: 2, meaning: 'The file is not a backup of Signpost.' },
  'backup-locked': { exitCode: 2, meaning: 'The password or key file does not open the backup.' },
  'backup-damaged': { exitCode: 2, meaning: 'The backup was changed or cut off after it was written.' },
  'backup-newer': { exitCode: 2, meaning: 'The backup was written by a newer Signpost.' },
  'upload-failed': { exitCode: 1, meaning: 'A file that was sent to the console cannot be kept.' },
  'restore-refused': { exitCode: 1, meaning: 'A backup cannot be restored to this place.' },
  'disk-full': { exitCode: 1, meaning: 'The disk that holds the database is full.' },
} as const satisfies Record<string, { exitCode: number; meaning: string }>

export type OperatorErrorCode = keyof typeof operatorErrorCodes

/** The four things an operator needs. None of them may hold a secret or a full address. */
export interface OperatorErrorParts {
  /** What Signpost was doing, as a phrase: "read the secret notifications.email.smtp.password". */
  readonly tried: string
  /** What most likely went wrong, as a sentence. */
  readonly likelyCause: string
  /** What to do about it, as a sentence; commands ready to paste. */
  readonly fix: string
  /** The underlying error, for the log. */
  readonly cause?: unknown
}

/** The one kind of error that is shown to operators; anything else that reaches them is a defect of Signpost. */
export class OperatorError extends Error {
  readonly code: OperatorErrorCode
  readonly tried: string
  readonly likelyCause: string
  readonly fix: string

  constructor(code: OperatorErrorCode, parts: OperatorErrorParts) {
    super(`Could not ${parts.tried}. ${parts.likelyCause}`, { cause: parts.cause })
    this.name = 'OperatorError'
    this.code = code
    this.tried = parts.tried
    this.likelyCause = parts.likelyCause
    this.fix = parts.fix
  }

  /** Exit code of a process that ends with this error. */
  get exitCode(): number {
    return operatorErrorCodes[this.code].exitCode
  }
}

/** Several lines for a terminal, without a trailing newline. */
export function formatOperatorError(error: OperatorError): string {
  return [
    `Could not ${error.tried}.`,
    `  Cause:  ${error.likelyCause}`,
    `  Fix:    ${error.fix}`,
    `  (error code ${error.code})`,
  ].join('\n')
}
