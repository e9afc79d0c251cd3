/** How the person who sits at this machine comes into the console. */
export interface AdminAccess {
  /** A URL of the admin listener that signs in once: while nobody has claimed the server, it is the one that claims it. */
  oneTimeLink(): Promise<string>
  /** A URL where a new password can be set. */
  resetPassword(): Promise<string>
}
